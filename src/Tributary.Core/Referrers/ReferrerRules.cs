using System.Text;
using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Referrers;

/// <summary>What may be said of a referrer.</summary>
internal static class ReferrerRules
{
    public static Problem? Check(NewReferrer wanted)
    {
        if (wanted.Kind == ReferrerKind.Customer)
            return new Problem(ProblemCode.InvalidValue, "A customer becomes a referrer by itself; make a partner or an integrator.", "kind");
        return Check(wanted.Key, wanted.Name, wanted.Email, wanted.Attributes);
    }

    public static Problem? Check(ReferrerChange change) => Check(change.Key, change.Name, change.Email, change.Attributes);

    public static Referrer Apply(Referrer before, ReferrerChange change)
    {
        var attributes = before.Attributes.DeepClone().AsObject();
        foreach (var (name, value) in change.Attributes ?? [])
        {
            if (value is null)
                attributes.Remove(name);
            else
                attributes[name] = value.DeepClone();
        }
        return before with
        {
            Key = Changed(before.Key, change.Key),
            Name = Changed(before.Name, change.Name),
            Email = Changed(before.Email, change.Email),
            Attributes = attributes,
        };
    }

    private static string? Changed(string? before, string? change) => change switch
    {
        null => before,
        "" => null,
        _ => change,
    };

    private static Problem? Check(string? key, string? name, string? email, JsonObject? attributes) =>
        Longest(key, Limits.ReferrerKey, "key")
        ?? Longest(name, Limits.Text, "name")
        ?? Longest(email, Limits.Email, "email")
        ?? CheckAttributes(attributes);

    private static Problem? Longest(string? text, int most, string field) => text?.Length > most
        ? new Problem(ProblemCode.TooLong, $"At most {most} characters.", field)
        : null;

    private static Problem? CheckAttributes(JsonObject? attributes)
    {
        if (attributes is null)
            return null;
        if (attributes.Count > Limits.MetadataKeys)
            return new Problem(ProblemCode.TooMany, $"There are at most {Limits.MetadataKeys} attributes.", "attributes");
        return Encoding.UTF8.GetByteCount(attributes.ToJsonString()) > Limits.MetadataBytes
            ? new Problem(ProblemCode.TooLarge, $"Attributes take at most {Limits.MetadataBytes / 1024} KiB together.", "attributes")
            : null;
    }
}
