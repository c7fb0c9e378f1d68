using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Referrers;

namespace Tributary.Rewards;

/// <summary>Turns what a campaign's lines give for one cause into rewards of the plan.</summary>
internal sealed class RewardGrant(PlanContext context, ActiveCampaign campaign, DateTimeOffset causeAt, long? orderKey)
{
    private const int CouponSymbols = 10;

    public async Task<IReadOnlyList<LineOutcome>> AddAsync(
        RewardPlan plan, int step, string cause, int occasion, IReadOnlyList<LineResult> lines, string frozenConditions, CancellationToken ct)
    {
        var outcomes = new List<LineOutcome>();
        foreach (var line in lines)
        {
            if (line is LineEarned earned)
                outcomes.Add(Earned(plan, step, cause, occasion, earned, frozenConditions, await context.Tx.NextNumberAsync(ct)));
            else
                outcomes.Add(Skipped((LineSkipped)line));
        }
        return outcomes;
    }

    private LineOutcome Earned(RewardPlan plan, int step, string cause, int occasion, LineEarned earned, string frozenConditions, long rewardId)
    {
        var reward = new NewReward(
            rewardId, campaign.Id, campaign.Version, step, earned.Line.Number, CampaignWords.Text(earned.Role), earned.RecipientId,
            context.Customer.Id, cause, occasion, orderKey, CampaignWords.Text(earned.Kind), earned.Unit, earned.Amount, earned.Cap, null,
            earned.AvailableAt, causeAt, Details(earned, frozenConditions))
        {
            ApprovedAtOnce = earned.AvailableAt <= context.Tx.Now && !context.Program.Settings.Rewards.ManualApproval,
            Coupon = earned.Coupon is { } terms ? Coupon(terms) : null,
        };
        plan.Rewards.Add(reward);
        return new LineOutcome(
            earned.Line.Number, reward.Role, earned.RecipientId, null, rewardId, reward.Kind, earned.Amount, earned.Unit?.Text,
            earned.ClampedBy is { } clamp ? ClampText(clamp) : null, earned.AvailableAt);
    }

    private static LineOutcome Skipped(LineSkipped skipped) => new(
        skipped.Line.Number, CampaignWords.Text(skipped.Line.Recipient), null, skipped.Reason, null, null, 0, null, null, null);

    private static JsonObject Details(LineEarned earned, string frozenConditions)
    {
        var details = new JsonObject();
        if (frozenConditions.Length > 0)
            details["frozenConditions"] = frozenConditions;
        if (earned.ClampedBy is { } clamp)
        {
            details["clampedBy"] = ClampText(clamp);
            details["computed"] = earned.Computed.ToString(CultureInfo.InvariantCulture);
        }
        if (earned.Line.Amount is CustomAmount custom)
        {
            details["name"] = custom.Name;
            if (custom.Data.ValueKind != System.Text.Json.JsonValueKind.Undefined)
                details["data"] = JsonNode.Parse(custom.Data.GetRawText());
        }
        return details;
    }

    /// <summary>The code is the prefix and ten symbols; a taken one violates the unique key and the operation runs again.</summary>
    private CouponGrant Coupon(CouponTerms terms)
    {
        var code = CodeGenerator.Secure.Next(terms.CodePrefix, CouponSymbols);
        return new CouponGrant(
            code,
            CodeText.TryCanonicalCoupon(code, out var canonical) ? canonical : code,
            (JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(CampaignJson.WriteCoupon(terms)))!,
            terms.UsageLimit,
            terms.ExpiresAfterDays is { } days ? causeAt.AddDays(days) : null);
    }

    private static string ClampText(ClampedBy clamp) => clamp switch
    {
        ClampedBy.OrderCap => "order_cap",
        ClampedBy.LineCap => "line_cap",
        ClampedBy.Budget => "budget",
    };
}
