using System.Text.Json.Nodes;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <param name="Converted">How many rewards were converted and released.</param>
public sealed record HeldConverted(int Converted);

/// <summary>Converts and releases rewards that waited for an exchange rate, after one was added (money.md MO-71).</summary>
public sealed class ConvertHeldRewards(Transactions transactions)
{
    private const int MostAtOnce = 200;

    private const string HeldSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and state = 'held' and reason = $2 and unit = $3 and reward_id > $5
        order by reward_id
        limit $4
        for update
        """;

    private const string UpdateSql = """
        update rewards
        set unit = $3, earned = $4, net = $4, posted = $4, details = $5, state = 'pending', reason = null, updated_at = $6
        where program_id = $1 and reward_id = $2
        """;

    public Task<Outcome<HeldConverted>> ExecuteAsync(ReferralProgram program, Currency from, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(from);
        return program.Settings.Rewards.PayIn is { } code && code != from.Code
            ? transactions.RunAsync(program.Id, caller, (tx, token) => ConvertAsync(tx, program, from, Currency.Of(code), token), ct)
            : Task.FromResult<Outcome<HeldConverted>>(new HeldConverted(0));
    }

    private static async Task<Outcome<HeldConverted>> ConvertAsync(
        Transaction tx, ReferralProgram program, Currency from, Currency to, CancellationToken ct)
    {
        var converted = 0;
        for (var (last, more) = (0L, true); more;)
        {
            var held = await LoadAsync(tx, from, last, ct);
            var postings = new List<Posting>();
            foreach (var reward in held)
            {
                var age = program.Settings.Rewards.RateMaxAgeDays;
                if (await RewardConversion.FindRateAsync(tx, from, to, reward.CauseAt > tx.Now ? reward.CauseAt : tx.Now, age, ct) is not { } rate)
                    continue;
                postings.AddRange(await ConvertAsync(tx, reward, new RewardConversion(from, rate), to, ct));
                converted++;
            }
            LedgerWriter.Add(tx, postings);
            await tx.Writes.FlushAsync(tx.Connection, ct);
            (last, more) = (held.LastOrDefault()?.Id ?? last, held.Count == MostAtOnce);
        }
        return new HeldConverted(converted);
    }

    private static async Task<List<RewardRow>> LoadAsync(Transaction tx, Currency from, long after, CancellationToken ct)
    {
        var held = new List<RewardRow>();
        var load = new LoadBatch(tx.Connection);
        load.Query(
            HeldSql, row => held.Add(RewardRow.Read(row)),
            Param.Of(tx.ProgramId), Param.Of(RewardGrant.NoRate), Param.Of(from.Code), Param.Of(MostAtOnce), Param.Of(after));
        await load.RunAsync(ct);
        return held;
    }

    private static async Task<IReadOnlyList<Posting>> ConvertAsync(
        Transaction tx, RewardRow reward, RewardConversion conversion, Currency to, CancellationToken ct)
    {
        var amount = conversion.Convert(reward.Posted, to);
        if (amount.IsZero)
            return [];
        var details = (JsonObject)JsonNode.Parse(reward.Details)!;
        conversion.WriteTo(details);
        tx.Writes.Add(
            UpdateSql,
            Param.Of(tx.ProgramId), Param.Of(reward.Id), Param.Of(to.Code), Param.Of(amount), Param.Json(details), Param.Of(tx.Now));
        tx.Outcomes.AddReward(reward.Credit, reward.Unit, -reward.Net);
        tx.Outcomes.AddReward(reward.Credit, to.Code, amount);
        tx.Raise(
            EventType.RewardReleased, $"reward:{reward.Id}",
            new JsonObject { ["rewardId"] = reward.Id, ["unit"] = to.Code, ["amount"] = (long)amount }, reward.CustomerId, null, reward.OrderKey);
        var subject = new LedgerSubject(reward.RecipientId, reward.Id, reward.OrderKey);
        var (first, second) = (await tx.NextNumberAsync(ct), await tx.NextNumberAsync(ct));
        var cause = $"reward:{reward.Id}";
        return
        [
            new Posting(first, TransferKind.Convert, cause, 1, Unit.Of(conversion.From), Verbs.ConvertFrom(subject, Account.Held, reward.Posted), second),
            new Posting(second, TransferKind.Convert, cause, 2, Unit.Of(to), Verbs.ConvertTo(subject, Account.Held, amount), first),
            // A person's own releases of the reward are numbered from 1 under its name.
            new Posting(await tx.NextNumberAsync(ct), TransferKind.Release, $"rate:{reward.Id}", 1, Unit.Of(to), Verbs.Release(subject, amount)),
        ];
    }
}
