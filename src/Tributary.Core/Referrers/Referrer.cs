using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Referrers;

[JsonConverter(typeof(ExactWords<ReferrerState>))]
public enum ReferrerState
{
    /// <summary>Applied, and not decided yet: earns nothing.</summary>
    [JsonStringEnumMemberName("pending")] Pending,
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>Stopped for a while: earns nothing, keeps what was earned.</summary>
    [JsonStringEnumMemberName("suspended")] Suspended,

    /// <summary>For ever.</summary>
    [JsonStringEnumMemberName("archived")] Archived,

    /// <summary>Stands for a code that orders carried before anybody owned it.</summary>
    [JsonStringEnumMemberName("unclaimed")] Unclaimed,
}

/// <summary>Whoever earns by referring.</summary>
/// <param name="Id">Its number, which is also the recipient of its rewards.</param>
/// <param name="Key">The merchant's own key of it; unique in the programme.</param>
/// <param name="CustomerMerchantId">Of a referrer who is a customer: the merchant's id of that customer.</param>
public sealed record Referrer(
    long Id,
    ReferrerKind Kind,
    string? Key,
    string? CustomerMerchantId,
    string? Name,
    string? Email,
    ReferrerState State,
    JsonObject Attributes,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>A referrer to be made. Those of kind <c>customer</c> come into being with their customer.</summary>
/// <param name="Code">Its first code; null: generated.</param>
/// <param name="Pending">Whether somebody must approve it first.</param>
public sealed record NewReferrer(
    ReferrerKind Kind,
    string? Key = null,
    string? Name = null,
    string? Email = null,
    string? Code = null,
    JsonObject? Attributes = null,
    bool Pending = false);

/// <summary>A change of who a referrer is. Null members stay; empty text clears; attributes are merged by name, null removes one.</summary>
public sealed record ReferrerChange(string? Key = null, string? Name = null, string? Email = null, JsonObject? Attributes = null);

/// <summary>Which referrers are asked for; a null member asks for any.</summary>
public sealed record ReferrerFilter(ReferrerKind? Kind = null, ReferrerState? State = null, long? Id = null);

/// <summary>The words of the states, in the database and on the wire.</summary>
public static class ReferrerStates
{
    public static string Text(this ReferrerState state) => state switch
    {
        ReferrerState.Pending => "pending",
        ReferrerState.Active => "active",
        ReferrerState.Suspended => "suspended",
        ReferrerState.Archived => "archived",
        ReferrerState.Unclaimed => "unclaimed",
    };

    public static bool TryParse(string? text, out ReferrerState state)
    {
        foreach (var each in Enum.GetValues<ReferrerState>())
        {
            state = each;
            if (each.Text() == text)
                return true;
        }
        state = default;
        return false;
    }

    internal static ReferrerState Parse(string text) => TryParse(text, out var state)
        ? state
        : throw new FormatException("Not a state of a referrer.");

    /// <summary>Whether a person may move a referrer so. Nothing leaves the archive.</summary>
    internal static bool MayBecome(this ReferrerState from, ReferrerState to) => (from, to) switch
    {
        (ReferrerState.Pending, ReferrerState.Active or ReferrerState.Archived) => true,
        (ReferrerState.Active, ReferrerState.Suspended or ReferrerState.Archived) => true,
        (ReferrerState.Suspended, ReferrerState.Active or ReferrerState.Archived) => true,
        (ReferrerState.Unclaimed, ReferrerState.Archived) => true,
        _ => false,
    };
}
