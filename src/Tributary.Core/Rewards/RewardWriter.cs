using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Writes granted rewards: their rows, what they put on accounts, their coupons and their events.</summary>
internal static class RewardWriter
{
    private static readonly RowInsert Insert = new("""
        insert into rewards (program_id, reward_id, campaign_id, version, step, line, role, recipient_id, customer_id, cause, occasion,
                             order_key, kind, unit, earned, net, posted, cap, remaining, state, reason, available_at, cause_at, details,
                             credited_to, credit_link, credit_click, counted_on, created_at, updated_at)
        values ($1, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14, @14, @14, @15, @16, @17, @18, @19, @20, @21,
                @22, @23, @24, @25, $2, $2)
        """);

    private const string CouponSql = """
        insert into reward_coupons (program_id, reward_id, customer_id, code, canonical, terms, active, usage_limit, starts_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, true, $7, $8, $9)
        """;

    /// <summary>Adds the rows and returns the transfers to post, one for each unit, and one more where something is approved at once.</summary>
    /// <param name="cause">The operation, such as <c>order:1216</c>: unique, so the transfers of it are numbered by unit.</param>
    public static async Task<IReadOnlyList<Posting>> AddAsync(
        Transaction tx, string cause, IReadOnlyList<NewReward> rewards, CancellationToken ct)
    {
        if (rewards.Count == 0)
            return [];
        AddRows(tx, rewards);
        foreach (var reward in rewards)
        {
            if (reward.Coupon is { } coupon)
                AddCoupon(tx, reward, coupon);
            tx.Raise(
                EventType.RewardEarned, $"reward:{reward.Id}", Describe(reward), reward.CustomerId,
                reward.Role == "referrer" ? reward.RecipientId : null, reward.OrderKey);
            if (reward.State == "paid")
                tx.Raise(EventType.RewardPaid, $"reward:{reward.Id}", Describe(reward), reward.CustomerId, reward.RecipientId, reward.OrderKey);
            tx.Outcomes.AddReward(reward.Credit, reward.Unit?.Text, reward.Amount);
        }
        return await PostingsAsync(tx, cause, rewards, ct);
    }

    /// <summary>An amount as JSON: a number where every reader can count that far, text where a token may need more.</summary>
    public static JsonNode AmountNode(BigInteger amount, Unit? unit) =>
        unit is { IsBounded: false } ? JsonValue.Create(amount.ToString(CultureInfo.InvariantCulture)) : JsonValue.Create((long)amount);

    private static void AddRows(Transaction tx, IReadOnlyList<NewReward> rewards) => Insert.Add(
        tx.Writes, rewards,
        () => [Param.Of(tx.ProgramId), Param.Of(tx.Now)],
        r =>
        [
            Param.Of(r.Id), Param.Of(r.CampaignId), Param.Of(r.Version), Param.Of(r.Step), Param.Of(r.Line), Param.Of(r.Role),
            Param.Of(r.RecipientId), Param.Of(r.CustomerId), Param.Of(r.Cause), Param.Of(r.Occasion), Param.Of(r.OrderKey),
            Param.Of(r.Kind), Param.Of(r.Unit?.Text), Param.Of(r.Amount), Param.Of(r.Cap), Param.Of(Remaining(r)), Param.Of(r.State),
            Param.Of(r.HeldBecause), Param.Of(r.AvailableAt), Param.Of(r.CauseAt), Param.Json(r.Details), Param.Of(r.Credit?.ReferrerId),
            Param.Of(r.Credit?.LinkId), Param.Of(r.Credit?.ClickId), Param.Of(r.Credit?.Day),
        ]);

    /// <summary>What is left to spend, where it can be spent.</summary>
    private static BigInteger? Remaining(NewReward reward) =>
        reward.Kind != "points" ? null : reward.State == "paid" ? BigInteger.Zero : reward.Amount;

    private static void AddCoupon(Transaction tx, NewReward reward, CouponGrant coupon) => tx.Writes.Add(
        CouponSql,
        Param.Of(tx.ProgramId),
        Param.Of(reward.Id),
        Param.Of(reward.RecipientId),
        Param.Of(coupon.Code),
        Param.Of(coupon.Canonical),
        Param.Json(coupon.Terms),
        Param.Of(coupon.UsageLimit),
        Param.Of(reward.CauseAt),
        Param.Of(coupon.ExpiresAt));

    private static async Task<List<Posting>> PostingsAsync(
        Transaction tx, string cause, IReadOnlyList<NewReward> rewards, CancellationToken ct)
    {
        var carrying = rewards.Where(reward => reward.Unit is not null).ToList();
        var postings = new List<Posting>();
        await AddByUnitAsync(
            tx, postings, TransferKind.Earn, cause, carrying, reward => (reward.ConvertedFrom ?? (reward.Unit!.Value, reward.Amount)).Item1,
            reward => Verbs.Earn(Subject(reward), AccountOf(reward), (reward.ConvertedFrom ?? (reward.Unit!.Value, reward.Amount)).Item2), ct);
        await AddConversionsAsync(tx, postings, cause, carrying, ct);
        await AddByUnitAsync(
            tx, postings, TransferKind.Approve, cause, [.. carrying.Where(reward => reward.State is "available" or "paid")],
            reward => reward.Unit!.Value, reward => Verbs.Approve(Subject(reward), reward.Amount), ct);
        await AddByUnitAsync(
            tx, postings, TransferKind.Settle, cause, [.. carrying.Where(reward => reward.State == "paid")], reward => reward.Unit!.Value,
            reward => Verbs.Settle(Subject(reward), reward.Amount), ct);
        return postings;
    }

    private static async Task AddByUnitAsync(
        Transaction tx, List<Posting> postings, TransferKind kind, string cause, IReadOnlyList<NewReward> rewards,
        Func<NewReward, Unit> unitOf, Func<NewReward, IEnumerable<Entry>> entriesOf, CancellationToken ct)
    {
        var sequence = 0;
        foreach (var ofUnit in rewards.GroupBy(unitOf).OrderBy(group => group.Key.Text, StringComparer.Ordinal))
            postings.Add(new Posting(await tx.NextNumberAsync(ct), kind, cause, ++sequence, ofUnit.Key, [.. ofUnit.SelectMany(entriesOf)]));
    }

    /// <summary>Two transfers that name each other, committed together (money.md MO-73).</summary>
    private static async Task AddConversionsAsync(
        Transaction tx, List<Posting> postings, string cause, IReadOnlyList<NewReward> rewards, CancellationToken ct)
    {
        var sequence = 0;
        foreach (var reward in rewards.Where(reward => reward.ConvertedFrom is not null))
        {
            var (fromUnit, fromAmount) = reward.ConvertedFrom!.Value;
            var (first, second) = (await tx.NextNumberAsync(ct), await tx.NextNumberAsync(ct));
            var account = AccountOf(reward);
            postings.Add(new Posting(
                first, TransferKind.Convert, cause, ++sequence, fromUnit, Verbs.ConvertFrom(Subject(reward), account, fromAmount), second));
            postings.Add(new Posting(
                second, TransferKind.Convert, cause, ++sequence, reward.Unit!.Value, Verbs.ConvertTo(Subject(reward), account, reward.Amount), first));
        }
    }

    private static Account AccountOf(NewReward reward) => reward.HeldBecause is null ? Account.Pending : Account.Held;

    private static LedgerSubject Subject(NewReward reward) => new(reward.RecipientId, reward.Id, reward.OrderKey);

    private static JsonObject Describe(NewReward reward) => new()
    {
        ["rewardId"] = reward.Id,
        ["campaignId"] = reward.CampaignId,
        ["step"] = reward.Step,
        ["line"] = reward.Line,
        ["role"] = reward.Role,
        ["recipientId"] = reward.RecipientId,
        ["customerId"] = reward.CustomerId,
        ["orderKey"] = reward.OrderKey,
        ["kind"] = reward.Kind,
        ["amount"] = AmountNode(reward.Amount, reward.Unit),
        ["unit"] = reward.Unit?.Text,
        ["state"] = reward.State,
        ["availableAt"] = reward.AvailableAt.ToString("O"),
    };
}
