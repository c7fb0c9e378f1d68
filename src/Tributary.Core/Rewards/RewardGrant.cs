using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Turns what a campaign's lines give for one cause into rewards of the plan.</summary>
internal sealed class RewardGrant(PlanContext context, ActiveCampaign campaign, DateTimeOffset causeAt, long? orderKey)
{
    /// <summary>Why a reward is held whose currency cannot be converted yet.</summary>
    public const string NoRate = "no_rate";

    private const int CouponSymbols = 10;

    /// <summary>What of an earlier occasion does not go away when the step or bonus it was for does.</summary>
    private const string SettledSql = """
        select line, recipient_id
        from rewards
        where program_id = $1 and cause = $2 and campaign_id = $3 and state in ('rejected', 'in_payout', 'paid', 'clawed_back')
        """;

    public async Task<IReadOnlyList<LineOutcome>> AddAsync(
        RewardPlan plan, int step, string cause, int occasion, IReadOnlyList<LineResult> lines, string frozenConditions, CancellationToken ct)
    {
        var outcomes = new List<LineOutcome>();
        var settled = occasion > 1 ? await SettledAsync(cause, ct) : [];
        foreach (var line in lines)
        {
            if (line is not LineEarned earned)
            {
                outcomes.Add(Skipped((LineSkipped)line));
                continue;
            }
            if (settled.Contains((earned.Line.Number, earned.RecipientId)))
            {
                outcomes.Add(Skipped(new LineSkipped(earned.Line, Reason.Of(ReasonCode.SettledBefore))));
                continue;
            }
            var reward = Granted(step, cause, occasion, earned, frozenConditions, await context.Tx.NextNumberAsync(ct));
            reward = await InPaidCurrencyAsync(reward, ct);
            plan.Rewards.Add(reward);
            outcomes.Add(Outcome(earned, reward));
        }
        return outcomes;
    }

    private async Task<HashSet<(int Line, long Recipient)>> SettledAsync(string cause, CancellationToken ct)
    {
        var settled = new HashSet<(int Line, long Recipient)>();
        var load = new LoadBatch(context.Tx.Connection);
        load.Query(
            SettledSql, row => settled.Add((row.GetInt32(0), row.GetInt64(1))),
            Param.Of(context.Tx.ProgramId), Param.Of(cause), Param.Of(campaign.Id));
        await load.RunAsync(ct);
        return settled;
    }

    /// <summary>A programme that pays in one currency converts at once, or holds the reward until it knows a rate (money.md MO-71).</summary>
    private async Task<NewReward> InPaidCurrencyAsync(NewReward reward, CancellationToken ct)
    {
        var settings = context.Program.Settings.Rewards;
        if (settings.PayIn is not { } code || reward.Unit?.Currency is not { } from || from.Code == code)
            return reward;
        var to = Currency.Of(code);
        if (await RewardConversion.FindRateAsync(context.Tx, from, to, causeAt, settings.RateMaxAgeDays, ct) is not { } rate)
            return reward with { HeldBecause = NoRate };
        var conversion = new RewardConversion(from, rate);
        conversion.WriteTo(reward.Details);
        var amount = conversion.Convert(reward.Amount, to);
        return amount.IsZero
            ? reward with { HeldBecause = NoRate }
            : reward with { Unit = Unit.Of(to), Amount = amount, ConvertedFrom = (Unit.Of(from), reward.Amount) };
    }

    private NewReward Granted(int step, string cause, int occasion, LineEarned earned, string frozenConditions, long rewardId) => new(
        rewardId, campaign.Id, campaign.Version, step, earned.Line.Number, CampaignWords.Text(earned.Role), earned.RecipientId,
        context.Customer.Id, cause, occasion, orderKey, CampaignWords.Text(earned.Kind), earned.Unit, earned.Amount, earned.Cap, null,
        earned.AvailableAt, causeAt, Details(earned, frozenConditions))
    {
        ApprovedAtOnce = earned.AvailableAt <= context.Tx.Now && !context.Program.Settings.Rewards.ManualApproval,
        Credit = context.Referrer?.On(context.Program.DayOf(causeAt)),
        Coupon = earned.Coupon is { } terms ? Coupon(terms) : null,
    };

    private static LineOutcome Outcome(LineEarned earned, NewReward reward) => new(
        earned.Line.Number, reward.Role, earned.RecipientId, null, reward.Id, reward.Kind, reward.Amount, reward.Unit?.Text,
        earned.ClampedBy is { } clamp ? ClampText(clamp) : null, earned.AvailableAt);

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
