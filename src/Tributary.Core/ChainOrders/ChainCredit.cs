using System.Globalization;
using Tributary.Attribution;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Rewards;

namespace Tributary.ChainOrders;

/// <summary>
/// Decides to whom one order is credited: each order by itself, with its own code as the one claim (debridge.md § 1.1). Who
/// brought the wallet in the first place is another question, which nobody earns by.
/// </summary>
internal static class ChainCredit
{
    private const string TouchId = "code";

    private static readonly AttributionRules Rules = new() { Scope = AttributionScope.Order };

    private static readonly Dictionary<string, string> Forms = new() { [TouchId] = "code" };

    /// <param name="owner">Whose the code is; null: the order carries none.</param>
    public static ReferralDecision Decide(CodeOwner? owner, DateTimeOffset createdAt, DateTimeOffset now)
    {
        var moment = new AttributionMoment { Kind = MomentKind.Order, EventAt = createdAt, ReceivedAt = now, Imported = true };
        Touch[] touches = owner is null ? [] : [TouchOf(owner, createdAt)];
        return ReferralDecision.Of(
            Rules.Decide(null, touches, moment), touches, null, Forms, owner is null ? null : TouchId, MomentKind.Order);
    }

    public static string Explain(ReferralDecision decision) => Explanation.ToJson(decision, RewardPlan.Nothing);

    private static Touch TouchOf(CodeOwner owner, DateTimeOffset at) => new()
    {
        Kind = TouchKind.Code,
        Id = TouchId,
        At = at,
        Text = owner.Code.ToString(CultureInfo.InvariantCulture),
        Source = TouchSource.Code,
        Finding = owner.ReferrerId is null ? TouchFinding.UnknownCode : TouchFinding.Referrer,
        ReferrerId = owner.ReferrerId,
        ReferrerKind = ReferrerKind.Integrator,
        ReferrerActive = owner.Active,
    };
}
