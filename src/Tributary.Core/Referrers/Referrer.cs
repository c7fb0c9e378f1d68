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

    /// <summary>Put away: earns nothing, keeps what was earned, and may come back.</summary>
    [JsonStringEnumMemberName("archived")] Archived,

    /// <summary>Stands for a code that orders carried before anybody owned it.</summary>
    [JsonStringEnumMemberName("unclaimed")] Unclaimed,

    /// <summary>Applied, and was turned down.</summary>
    [JsonStringEnumMemberName("rejected")] Rejected,

    /// <summary>For ever: only its names stay taken, and its history.</summary>
    [JsonStringEnumMemberName("deleted")] Deleted,
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
/// <param name="Key">Null: a partner gets a generated one. No other partner's key, nor anybody's code, is the same in any letter case.</param>
/// <param name="Email">No two partners have the same in any letter case.</param>
/// <param name="Code">Its first code; null: generated.</param>
/// <param name="Pending">Whether somebody must approve it first.</param>
public sealed record NewReferrer(
    ReferrerKind Kind,
    string? Key = null,
    string? Name = null,
    string? Email = null,
    string? Code = null,
    JsonObject? Attributes = null,
    bool Pending = false)
{
    /// <summary>The partner who brought this one.</summary>
    public long? RecruiterId { get; init; }

    /// <summary>Of the password for the portal, as the face hashed it; null: it has none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Whether a mail is queued that leads to the portal.</summary>
    public bool Invite { get; init; }
}

/// <summary>A change of who a referrer is. Null members stay; empty text clears; attributes are merged by name, null removes one.</summary>
public sealed record ReferrerChange(string? Key = null, string? Name = null, string? Email = null, JsonObject? Attributes = null)
{
    /// <summary>A further code, which becomes the one that is shown; those before it go on working.</summary>
    public string? Code { get; init; }

    /// <summary>See <see cref="NewReferrer.PasswordHash"/>.</summary>
    public string? PasswordHash { get; init; }
}

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
        ReferrerState.Rejected => "rejected",
        ReferrerState.Deleted => "deleted",
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

    /// <summary>Whether a person may move a referrer so. Nothing comes back from deletion.</summary>
    internal static bool MayBecome(this ReferrerState from, ReferrerState to) => (from, to) switch
    {
        (not ReferrerState.Deleted, ReferrerState.Deleted) => true,
        (ReferrerState.Pending, ReferrerState.Active or ReferrerState.Archived or ReferrerState.Rejected) => true,
        (ReferrerState.Active, ReferrerState.Suspended or ReferrerState.Archived) => true,
        (ReferrerState.Suspended, ReferrerState.Active or ReferrerState.Archived) => true,
        (ReferrerState.Archived or ReferrerState.Rejected, ReferrerState.Active) => true,
        (ReferrerState.Unclaimed, ReferrerState.Archived) => true,
        _ => false,
    };
}
