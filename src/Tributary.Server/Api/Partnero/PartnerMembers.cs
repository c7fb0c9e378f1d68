using System.Text.Json.Nodes;
using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>What is said of a partner, read from a body.</summary>
internal static class PartnerMembers
{
    public const string Surname = "surname";
    public const string Tags = "tags";
    public const string CustomFields = "customFields";

    private const int MostName = 100;
    private const int MostItems = 50;

    /// <summary>
    /// A partner to be made. Where both <c>key</c> and <c>code</c> come, the code is the Code and the key is the id, as the
    /// guide about links has it; else either is the Code.
    /// </summary>
    public static NewReferrer Read(InputObject input, long? recruiterId)
    {
        var (id, code) = NamesOf(input);
        var email = EmailOf(input, isRequired: true);
        var password = PasswordOf(input);
        return new NewReferrer(ReferrerKind.Partner, id, input.Text("name", MostName), email, code, AttributesOf(input, isChange: false))
        {
            RecruiterId = recruiterId,
            PasswordHash = password,
            Invite = password is null,
        };
    }

    /// <param name="named">The member that named the partner and so changes nothing; null: the path did.</param>
    public static ReferrerChange ReadChange(InputObject input, string? named) => new(
        Name: input.Change("name", MostName),
        Email: named == "email" ? null : EmailOf(input, isRequired: false),
        Attributes: AttributesOf(input, isChange: true))
    {
        Code = input.Text("code", Limits.Code + 1) ?? (named == "key" ? null : input.Text("key", Limits.Code + 1)),
        PasswordHash = PasswordOf(input),
    };

    /// <summary>The member that a refusal of the engine's blames.</summary>
    public static Func<string, string> FieldOf(InputObject input) => field => field switch
    {
        "key" => input.Has("id") || !input.Has("code") ? "id" : "key",
        "code" => input.Has("code") ? "code" : "key",
        _ => field,
    };

    private static (string? Id, string? Code) NamesOf(InputObject input)
    {
        var both = input.Has("code") && input.Has("key");
        var code = both ? input.Text("code", Limits.Code + 1) : input.Text("key", Limits.Code + 1, "code");
        var named = input.Has("id") ? "id" : "key";
        var id = input.Has("id") || both ? input.Text(named, Limits.ReferrerKey)?.Trim() : null;
        if (id?.Contains('/', StringComparison.Ordinal) == true)
            input.Report(named, $"The {named} must not hold a slash.");
        return (id, code);
    }

    private static string? EmailOf(InputObject input, bool isRequired)
    {
        var email = (isRequired ? input.RequiredText("email", Limits.Email) : input.Text("email", Limits.Email))?.Trim();
        if (string.IsNullOrEmpty(email) || ContactKeys.TryCanonicalEmail(email, out _))
            return email;
        input.Report("email", "The email must be a valid email address.");
        return null;
    }

    private static string? PasswordOf(InputObject input)
    {
        if (input.Text("password") is not { } password)
            return null;
        if (PartnerPasswords.Suffices(password))
            return PartnerPasswords.Hash(password);
        input.Report("password", PartnerPasswords.Rule);
        return null;
    }

    /// <summary>Null inside a change removes the attribute.</summary>
    private static JsonObject AttributesOf(InputObject input, bool isChange)
    {
        var attributes = new JsonObject();
        Set(Surname, "surname", () => input.Text("surname", MostName) is { } surname ? JsonValue.Create(surname) : null);
        Set(Tags, "tags", () => new JsonArray([.. input.Texts("tags", MostItems, MostName).Select(tag => (JsonNode)tag)]));
        Set(CustomFields, "custom_fields", () => FieldsOf(input));
        return attributes;

        void Set(string name, string member, Func<JsonNode?> read)
        {
            if (!input.Members.ContainsKey(member))
                return;
            var value = input.Clears(member) ? null : read();
            if (isChange || value is not null)
                attributes[name] = value;
        }
    }

    private static JsonObject FieldsOf(InputObject input)
    {
        var fields = new JsonObject();
        foreach (var (name, value) in input.TextsByName("custom_fields", MostItems, MostName) ?? [])
            fields[name] = value;
        return fields;
    }
}
