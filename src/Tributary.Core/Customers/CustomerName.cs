using System.Text.Json.Nodes;

namespace Tributary.Customers;

/// <summary>What to call a customer, from the attributes that the merchant sent.</summary>
public static class CustomerName
{
    public static string? Of(JsonObject attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (Text(attributes, "displayName") is { } shown)
            return shown;
        var parts = new[] { Text(attributes, "firstName"), Text(attributes, "lastName") }.Where(part => part is not null);
        var whole = string.Join(' ', parts);
        return whole.Length > 0 ? whole : null;
    }

    private static string? Text(JsonObject attributes, string name) =>
        attributes[name] is JsonValue value && value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text)
            ? text
            : null;
}
