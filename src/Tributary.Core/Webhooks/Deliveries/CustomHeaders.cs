using System.Text.Json.Nodes;
using Tributary.Primitives;

namespace Tributary.Webhooks.Deliveries;

/// <summary>Headers that an endpoint wants beside ours (promises.md W12). They may hold secrets, so they are kept encrypted.</summary>
public static class CustomHeaders
{
    private const int MostCharacters = 4_096;

    private static readonly string[] Ours =
    [
        "host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer", "expect",
        "user-agent",
    ];

    public static Problem? Check(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        // A body can say null where a text is wanted.
        if (headers.Values.Any(value => value is null))
            return new Problem(ProblemCode.InvalidValue, "A header has a text.", "headers");
        if (headers.Sum(header => header.Key.Length + header.Value.Length) > MostCharacters)
            return new Problem(ProblemCode.TooLong, $"Headers have at most {MostCharacters} characters together.", "headers");
        return headers.All(header => IsName(header.Key) && IsValue(header.Value))
            ? null
            : new Problem(ProblemCode.InvalidValue, "These are no headers that may be set.", "headers");
    }

    internal static string Write(IReadOnlyDictionary<string, string> headers) =>
        new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))).ToJsonString();

    internal static IReadOnlyList<(string Name, string Value)> Parse(string json) =>
        [.. JsonNode.Parse(json)!.AsObject().Select(header => (header.Key, (string)header.Value!))];

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
        && !Ours.Contains(name, StringComparer.OrdinalIgnoreCase)
        && !name.StartsWith("webhook-", StringComparison.OrdinalIgnoreCase)
        && !name.Equals("Signature", StringComparison.OrdinalIgnoreCase)
        && !name.EndsWith("-signature", StringComparison.OrdinalIgnoreCase);

    private static bool IsValue(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
