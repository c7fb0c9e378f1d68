using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>The form by which referrers put people forward.</summary>
public sealed record ProspectSettings
{
    public bool Enabled { get; init; } = true;
    /// <summary>Questions besides name and e-mail address, in their order.</summary>
    public IReadOnlyList<ProspectField> Fields { get; init; } = [];
}

/// <summary>One question of the form.</summary>
public sealed record ProspectField
{
    /// <summary>1–40 letters, digits, <c>-</c> and <c>_</c>; unique in the form.</summary>
    public required string Id { get; init; }
    public required string Title { get; init; }
    /// <summary><c>text</c>, <c>textarea</c>, <c>number</c>, <c>select</c>, <c>radio</c> or <c>checkbox</c>.</summary>
    public required string Type { get; init; }
    public bool Required { get; init; }
    /// <summary>Shown inside the empty field.</summary>
    public string? Text { get; init; }
    /// <summary>Shown below the field.</summary>
    public string? Description { get; init; }
    /// <summary>What may be chosen, where the type offers a choice.</summary>
    public IReadOnlyList<string>? Options { get; init; }
}

internal static class ProspectSettingsRules
{
    private const int MostFields = 50;
    private const int MostOptions = 100;
    private const int LongestId = 40;

    private static readonly string[] Types = ["text", "textarea", "number", "select", "radio", "checkbox"];

    public static Problem? Check(ProspectSettings settings)
    {
        if (settings.Fields.Count > MostFields)
            return new Problem(ProblemCode.TooMany, $"The form has at most {MostFields} questions.", "settings.prospects.fields");
        if (settings.Fields.DistinctBy(field => field.Id).Count() < settings.Fields.Count)
            return new Problem(ProblemCode.InvalidValue, "Every question has an id of its own.", "settings.prospects.fields");
        return settings.Fields.All(IsRight)
            ? null
            : new Problem(ProblemCode.InvalidValue, "A question has an id, a title and a type, and options only where it offers a choice.", "settings.prospects.fields");
    }

    private static bool IsRight(ProspectField field) =>
        field.Id.Length is >= 1 and <= LongestId
        && field.Id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && field.Title.Length is >= 1 and <= Limits.Text
        && Types.Contains(field.Type, StringComparer.Ordinal)
        && !(field.Text?.Length > Limits.Text || field.Description?.Length > Limits.Text)
        && (field.Options ?? []).Count <= MostOptions
        && (field.Options ?? []).All(option => option is { Length: >= 1 and <= Limits.Text });
}
