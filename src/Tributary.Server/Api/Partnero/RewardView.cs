using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>A reward as this dialect shows it.</summary>
/// <param name="Key">Of the order that earned it, or of a reward given by hand.</param>
/// <param name="Status"><c>ok</c> for a living one, else <c>reversed</c> or <c>rejected</c>.</param>
/// <param name="State">Our exact state.</param>
/// <param name="Customer">The merchant's id.</param>
/// <param name="Partner">The partner's id.</param>
internal sealed record RewardView(
    long Id,
    string? Key,
    string Action,
    string Status,
    string State,
    string? Customer,
    string? Partner,
    WireAmount Amount,
    string? AmountUnits,
    bool IsCurrency,
    bool Credit,
    PartneroTime CreatedAt,
    PartneroTime? DeletedAt,
    JsonObject ProductTypeData)
{
    private const string ManualCause = "manual:";

    /// <param name="customer">The merchant's id of whose act caused it.</param>
    /// <param name="partner">The id of the partner who gets it; null where a customer does.</param>
    public static RewardView Of(Reward reward, string action, string? customer, string? partner, JsonObject? product = null)
    {
        var (amount, units, isCurrency) = WireMoney.Of(reward.Net, reward.Unit);
        var isOver = reward.State is RewardState.Rejected or RewardState.Reversed or RewardState.ClawedBack;
        return new RewardView(
            reward.Id, reward.OrderId ?? KeyOf(reward.Cause), action,
            reward.State switch { RewardState.Rejected => "rejected", RewardState.Reversed or RewardState.ClawedBack => "reversed", _ => "ok" },
            reward.State.Text(), customer, partner, amount, units, isCurrency, Credit: false,
            PartneroTime.Of(reward.CauseAt), isOver ? PartneroTime.Of(reward.UpdatedAt) : null, product ?? []);
    }

    /// <summary>The key under which it was given by hand; null where it was given without one.</summary>
    private static string? KeyOf(string cause) =>
        cause.StartsWith(ManualCause, StringComparison.Ordinal) && cause.AsSpan(ManualCause.Length) is not ['#', ..] ? cause[ManualCause.Length..] : null;
}

/// <summary>An amount of one currency.</summary>
internal sealed record CurrencyAmount(string Currency, WireAmount Amount);

/// <summary>Amounts of any unit as this dialect writes them.</summary>
internal static class WireMoney
{
    /// <summary>The amount, the unit's name, and whether that is a currency.</summary>
    public static (WireAmount Amount, string? Units, bool IsCurrency) Of(BigInteger amount, Unit? unit) => unit switch
    {
        { Currency: { } currency } => (Of(amount, currency), currency.Code, true),
        { } other => (WireAmount.Points(amount), other.Text[(other.Text.IndexOf(':', StringComparison.Ordinal) + 1)..], false),
        null => (WireAmount.Zero, null, false),
    };

    public static WireAmount Of(BigInteger minor, Currency currency) => new(MajorUnits.Shortest(minor, currency.Exponent));
}
