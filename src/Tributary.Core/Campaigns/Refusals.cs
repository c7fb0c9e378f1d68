using Tributary.Primitives;

namespace Tributary.Campaigns;

/// <summary>
/// Collects what is wrong with a document while it is read; the first finding is the answer. Reading goes on after it
/// with stand-ins, so that no reader needs a way out of its own.
/// </summary>
internal sealed class Refusals
{
    public Problem? First { get; private set; }

    public void Add(ProblemCode code, string path, string detail) => First ??= new Problem(code, detail, path);

    public static string Join(string path, string member) => path.Length == 0 ? member : $"{path}.{member}";

    public int Range(int? value, int least, int most, int missing, string path)
    {
        if (value is not { } given)
            return missing;
        if (given >= least && given <= most)
            return given;
        Add(ProblemCode.OutOfRange, path, $"Must be {least} to {most}.");
        return missing;
    }

    public long AtLeast(long? value, long least, string path, long most = long.MaxValue)
    {
        if (value is not { } given)
            Add(ProblemCode.MissingField, path, "Is missing.");
        else if (given < least || given > most)
            Add(ProblemCode.OutOfRange, path, most == long.MaxValue ? $"Must be at least {least}." : $"Must be {least} to {most}.");
        else
            return given;
        return least;
    }

    public string Required(string? text, int most, string path)
    {
        if (string.IsNullOrWhiteSpace(text))
            Add(ProblemCode.MissingField, path, "Is missing.");
        return Optional(text, most, path) ?? "";
    }

    public string? Optional(string? text, int most, string path, bool lines = false)
    {
        if (text is null)
            return null;
        if (text.Length > most)
            Add(ProblemCode.TooLong, path, $"Must have at most {most} characters.");
        if (text.Any(symbol => char.IsControl(symbol) && !(lines && symbol is '\n' or '\r' or '\t')))
            Add(ProblemCode.InvalidValue, path, "Must not contain control characters.");
        return text;
    }

    public T Word<T>(string? text, IReadOnlyDictionary<string, T> words, T missing, string path)
    {
        if (text is null)
            return missing;
        if (words.TryGetValue(text, out var value))
            return value;
        Add(ProblemCode.InvalidValue, path, $"Must be one of {string.Join(", ", words.Keys.Order(StringComparer.Ordinal))}.");
        return missing;
    }

    public T RequiredWord<T>(string? text, IReadOnlyDictionary<string, T> words, T missing, string path)
    {
        if (text is null)
            Add(ProblemCode.MissingField, path, "Is missing.");
        return Word(text, words, missing, path);
    }

    /// <summary>The list's elements with their paths; a null among them is refused.</summary>
    public IEnumerable<(T Item, string Path)> Items<T>(List<T?>? items, int most, string path)
        where T : class
    {
        if (items?.Count > most)
            Add(ProblemCode.TooMany, path, $"Must be at most {most}.");
        for (var i = 0; i < Math.Min(items?.Count ?? 0, most); i++)
        {
            var place = $"{path}.{i}";
            if (items![i] is { } item)
                yield return (item, place);
            else
                Add(ProblemCode.InvalidValue, place, "Must not be null.");
        }
    }

    public Currency? Currency(string? code, string path)
    {
        if (code is null)
        {
            Add(ProblemCode.MissingField, path, "Is missing.");
            return null;
        }
        if (Primitives.Currency.ForOrders(code, path).TryGet(out var currency, out var problem))
            return currency;
        First ??= problem;
        return null;
    }

    /// <summary>Minor units by currency code, at most one for each.</summary>
    public Dictionary<string, long> ByCurrency(Dictionary<string, long>? amounts, string path)
    {
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        if (amounts?.Count > CampaignLimits.Currencies)
            Add(ProblemCode.TooMany, path, $"Must be at most {CampaignLimits.Currencies}.");
        foreach (var (code, amount) in amounts ?? [])
            if (Currency(code, Join(path, code)) is { } currency && !read.TryAdd(currency.Code, AtLeast(amount, 1, Join(path, code))))
                Add(ProblemCode.DuplicateMember, Join(path, code), "The currency stands twice.");
        return read;
    }

    public Unit? Unit(string? text, string path)
    {
        if (text is null)
            Add(ProblemCode.MissingField, path, "Is missing.");
        else if (!Primitives.Unit.TryParse(text, out var unit) || unit.Kind == UnitKind.Chain)
            Add(ProblemCode.InvalidValue, path, "Must be a currency code, points:<key> or score:<key>.");
        else
            return unit;
        return null;
    }
}
