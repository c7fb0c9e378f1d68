using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero;

/// <summary>Reads the members of customers.</summary>
internal static class CustomerMembers
{
    public const string FirstName = "firstName";
    public const string LastName = "lastName";
    public const string Tags = "tags";
    public const string Custom = "custom";
    public const string DateOfBirth = "dateOfBirth";

    private const int LongestName = 100;
    private const int LongestTag = 100;
    private const int MostFields = 50;
    private const int GeneratedId = 12;

    /// <summary>A new customer, its id and code as the programme's type has them (partnero.md § 3.4).</summary>
    public static CustomerInput Read(PartneroType type, InputObject input)
    {
        var (id, code) = type switch
        {
            PartneroType.Affiliate => (input.RequiredText("key", Limits.CustomerId, "id"), null),
            PartneroType.ReferAFriend => FriendNames(input),
        };
        return Describe(input) with { MerchantId = id, OwnCode = code };
    }

    /// <summary>Who a customer is, without its id.</summary>
    public static CustomerInput Describe(InputObject input) => new()
    {
        MerchantId = "",
        Email = Email(input),
        Attributes = Attributes(input, clears: false),
    };

    public static ProfileChange ReadChange(PartneroType type, InputObject input, bool emailNames) => new(
        emailNames ? null : input.Clears("email") ? "" : Email(input), Attributes(input, clears: true), UniqueEmail: type == PartneroType.ReferAFriend);

    /// <summary>What names a customer: <c>id</c> before <c>key</c> before <c>email</c>.</summary>
    public static (string? Handle, bool ByEmail) NameOf(InputObject input) =>
        input.Text("id", Limits.Text, "key") is { } name ? (name, false) : (input.Text("email"), true);

    /// <summary>Whether a text may stand in links as somebody's code.</summary>
    public static bool IsCode(string text) => CodeText.Check(text, withDots: true).TryGet(out _, out _);

    private static (string Id, string? Code) FriendNames(InputObject input)
    {
        var id = input.Text("id", Limits.CustomerId);
        var key = input.Text("key", Limits.CustomerId);
        if (id is not null && key is not null && !IsCode(key))
            input.Report("key", "The key has 1 to 64 letters, digits, -, _ and dots inside.");
        return (id ?? key ?? Base62.Random(GeneratedId), key is not null && IsCode(key) ? key : null);
    }

    private static string? Email(InputObject input)
    {
        var email = input.Text("email", Limits.Email)?.Trim();
        if (email is not null && !Customers.ContactKeys.TryCanonicalEmail(email, out _))
            input.Report("email", "The email must be a valid email address.");
        return email;
    }

    /// <param name="clears">Whether null removes what is kept.</param>
    private static JsonObject Attributes(InputObject input, bool clears)
    {
        var kept = new JsonObject();
        Keep(FirstName, "name", input);
        Keep(LastName, "surname", input);
        if (input.Has(Tags))
            kept[Tags] = new JsonArray([.. input.Texts("tags", Limits.TagsPerObject, LongestTag).Select(tag => (JsonNode)tag)]);
        else if (clears && input.Members.ContainsKey("tags"))
            kept[Tags] = null;
        if (input.TextsByName("custom_fields", MostFields) is { Count: > 0 } fields)
            kept[Custom] = new JsonObject(fields.Select(field => new KeyValuePair<string, JsonNode?>(field.Key, field.Value)));
        if (input.Object("metadata") is { } metadata)
            Keep(DateOfBirth, "date_of_birth", metadata);
        return kept;

        void Keep(string name, string member, InputObject from)
        {
            if (from.Text(member, LongestName) is { } text)
                kept[name] = text;
            else if (clears && from.Clears(member))
                kept[name] = null;
        }
    }
}
