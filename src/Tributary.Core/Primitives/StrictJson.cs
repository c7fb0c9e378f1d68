using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tributary.Primitives;

/// <summary>
/// Reads JSON that must say exactly what it means: no member twice or unknown, no number in a string, no fraction or
/// exponent where a whole number is asked, no text that cannot be kept. A refusal names the member.
/// </summary>
public static class StrictJson
{
    /// <summary>Characters of one number; PostgreSQL keeps more digits, but nothing of ours needs them.</summary>
    private const int LongestNumber = 300;

    /// <summary>The greatest power of ten, in both directions, that a free-form number may have.</summary>
    private const int MostExponentDigits = 3;

    /// <summary>Of the items of a list that is a member of the body.</summary>
    private const int DepthOfItems = 2;

    /// <summary>Some clients begin UTF-8 with it; it says nothing.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static readonly JsonReaderOptions Plain = new() { MaxDepth = Limits.JsonDepth };


    /// <summary>The value, or <see cref="ProblemCode.Malformed"/> where it is no JSON, or what is wrong with which member.</summary>
    /// <param name="type">From a context with <c>JsonSerializerDefaults.Strict</c>.</param>
    /// <param name="itemsApart">Whether items of the lists in it are left alone: each is read by itself, and refused by itself.</param>
    public static Outcome<T> Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type, bool itemsApart = false)
    {
        if (json.StartsWith(ByteOrderMark))
            json = json[ByteOrderMark.Length..];
        if (Check(json, itemsApart ? DepthOfItems : int.MaxValue) is { } refusal)
            return refusal;
        try
        {
            return JsonSerializer.Deserialize(json, type) is { } value ? value : NotAnObject;
        }
        catch (JsonException unfit)
        {
            return ProblemOf(unfit);
        }
    }

    /// <summary>What is wrong with the text itself, whatever it is meant to say; null: nothing.</summary>
    public static Problem? Check(ReadOnlySpan<byte> json) => Check(json, int.MaxValue);

    private static Problem? Check(ReadOnlySpan<byte> json, int depth)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json))
            return new Problem(ProblemCode.Malformed, "The body is not valid UTF-8.");
        try
        {
            return CheckTokens(new Utf8JsonReader(json, Plain), depth);
        }
        catch (JsonException)
        {
            return new Problem(ProblemCode.Malformed, $"The body is not valid JSON of at most {Limits.JsonDepth} levels.");
        }
    }

    /// <param name="depth">From which on only the syntax is looked at.</param>
    private static Problem? CheckTokens(Utf8JsonReader reader, int depth)
    {
        var place = new JsonPlace();
        while (reader.Read())
        {
            if (reader.CurrentDepth >= depth)
                continue;
            var problem = reader.TokenType switch
            {
                JsonTokenType.PropertyName => CheckName(ref reader, place),
                JsonTokenType.String => CheckText(ref reader) ? null : NotStorable(place.Path),
                JsonTokenType.Number => CheckNumber(reader.ValueSpan) ? null : NotKeepable(place.Path),
                _ => null,
            };
            if (problem is not null)
                return problem;
            place.Move(reader.TokenType);
        }
        return null;
    }

    private static Problem? CheckName(ref Utf8JsonReader reader, JsonPlace place)
    {
        if (!CheckText(ref reader))
            return NotStorable(place.Path);
        return place.Enter(reader.GetString()!)
            ? null
            : new Problem(ProblemCode.DuplicateMember, "This member stands there twice.", place.Path);
    }

    private static bool CheckText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return true;
        try
        {
            return StorableText.IsStorable(reader.GetString());
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape.
            return false;
        }
    }

    private static bool CheckNumber(ReadOnlySpan<byte> digits)
    {
        if (digits.Length > LongestNumber || digits.SequenceEqual("-0"u8))
            return false;
        var exponentAt = digits.IndexOfAny((byte)'e', (byte)'E');
        return exponentAt < 0 || digits[(exponentAt + 1)..].TrimStart("+-0"u8).Length < MostExponentDigits;
    }

    /// <summary>
    /// The serializer says what was wrong only in its sentences. Two of them matter: that a member is unknown, and that
    /// members are missing, whose names follow in quotes.
    /// </summary>
    private static Problem ProblemOf(JsonException unfit)
    {
        const string unknown = "The JSON property '";
        const string missing = "missing required properties including: '";
        var path = JsonPlace.FromException(unfit.Path);
        if (unfit.Message.StartsWith(unknown, StringComparison.Ordinal))
            return new Problem(ProblemCode.UnknownMember, "There is no such member here.", path);
        var names = unfit.Message.IndexOf(missing, StringComparison.Ordinal);
        if (names >= 0)
        {
            var name = unfit.Message[(names + missing.Length)..].Split('\'')[0];
            return new Problem(ProblemCode.MissingField, "This member is needed.", path is null ? name : $"{path}.{name}");
        }
        return path is null
            ? NotAnObject
            : new Problem(ProblemCode.InvalidValue, "The value is not of the kind or range that this member has.", path);
    }

    private static Problem NotAnObject => new(ProblemCode.InvalidValue, "The body is not an object of the kind this call takes.");

    private static Problem NotStorable(string? path) =>
        new(ProblemCode.InvalidValue, "Text must not hold U+0000 or half a surrogate pair.", path);

    private static Problem NotKeepable(string? path) =>
        new(ProblemCode.InvalidValue, "The number is negative zero or beyond what can be kept.", path);
}
