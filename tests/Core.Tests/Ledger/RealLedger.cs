using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tributary.Core.Tests.Rewards;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Rewards;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

/// <summary>
/// The product on a PostgreSQL, told the same operations as the model. Where no verb of the product makes something yet
/// (settling, passing on), the test posts it with <see cref="Verbs"/> and <see cref="LedgerWriter"/>.
/// </summary>
internal sealed class RealLedger
{
    private const int FirstRecipient = 100;

    private readonly HandClock clock = new(LedgerBook.Start);
    private readonly ConcurrentDictionary<int, long> ids = new();
    private readonly AsyncLocal<string?> crashAt = new();
    private IReadOnlyList<RewardBook> books = [];

    public Caller Caller { get; } = new("key:1", Trusted: true);

    public IReadOnlyList<RewardBook> Books => books;

    public static async Task<RealLedger> OpenAsync(TestDatabase database)
    {
        var real = new RealLedger();
        var opened = new List<RewardBook>();
        for (var n = 0; n < OperationGenerator.MostPrograms; n++)
        {
            var book = await RewardBook.OpenAsync(database, real.clock);
            book.Ledger.Transactions.FaultPoint = real.MaybeCrash;
            opened.Add(book);
        }
        real.books = opened;
        return real;
    }

    public Caller WithKey(Caller caller, int program, int key, Operation asked) => caller with
    {
        Idempotency = new IdempotencyRequest(
            books[program].Ledger.ProgramId, 1, "model", SHA256.HashData(BitConverter.GetBytes(key)),
            SHA256.HashData(Encoding.UTF8.GetBytes(asked.ToString())), _ => new KeptAnswer(200, Encoding.UTF8.GetBytes("ok"))),
    };

    public Task<string> EarnAsync(Earn earn, Caller caller) => Answer(caller, () => books[earn.In].TryEarnAsync(
        earn.Amount, earn.Unit, FirstRecipient + earn.Recipient, hold: TimeSpan.FromDays(earn.HoldDays),
        life: earn.LifeDays is { } days ? TimeSpan.FromDays(days) : null, caller: caller, numbered: id => ids[earn.Handle] = id));

    public Task<string> JudgeAsync(string verb, int program, int handle, Caller caller)
    {
        var book = books[program];
        var id = IdOf(handle);
        return verb switch
        {
            "approve" => Answer(caller, () => book.Approve.ExecuteAsync(book.Ledger.Program, id, false, caller, default)),
            "approve early" => Answer(caller, () => book.Approve.ExecuteAsync(book.Ledger.Program, id, true, caller, default)),
            "hold" => Answer(caller, () => book.Hold.HoldAsync(book.Ledger.Program, id, "odd", caller, default)),
            "release" => Answer(caller, () => book.Hold.ReleaseAsync(book.Ledger.Program, id, caller, default)),
            "reject" => Answer(caller, () => book.Reject.ExecuteAsync(book.Ledger.Program, id, "fraud", caller, default)),
            "reverse" => Answer(caller, () => book.Reverse.ExecuteAsync(book.Ledger.Program, id, "mistake", caller, default)),
            "settle" => Answer(caller, () => SettleAsync(book, id, caller)),
            _ => throw new InvalidOperationException(verb),
        };
    }

    public Task<string> OweAsync(int program, int handle, BigInteger owed, Caller caller) => Answer(caller, () =>
        books[program].Ledger.Transactions.RunAsync<object>(books[program].Ledger.ProgramId, caller, async (tx, ct) =>
        {
            if (await LockAsync(tx, IdOf(handle), ct) is not { } reward)
                return new Problem(ProblemCode.NotFound, "none");
            if (!reward.IsStanding || (reward.IsFrozen && owed > reward.Net))
                return new object();
            var cause = $"refund:{await tx.NextNumberAsync(ct)}";
            LedgerWriter.Add(tx, await RewardAdjuster.AddAsync(tx, TransferKind.Refund, cause, [new RewardChange(reward, owed, "refunded")], ct));
            return new object();
        }, default));

    public Task<string> RedeemAsync(Redeem redeem, Caller caller) => Answer(caller, () => books[redeem.In].Redeem.ExecuteAsync(
        books[redeem.In].Ledger.Program,
        new RedemptionInput(FirstRecipient + redeem.Recipient, Unit.Parse(redeem.Unit), (long)BigInteger.Min(redeem.Amount, long.MaxValue)),
        caller,
        default));

    public Task<string> PassOnAsync(PassOn pass, Caller caller) => Answer(caller, () =>
        books[pass.In].Ledger.Transactions.RunAsync<object>(books[pass.In].Ledger.ProgramId, caller, async (tx, ct) =>
        {
            var (from, to) = (FirstRecipient + pass.From, FirstRecipient + pass.To);
            if (from == to)
                return new object();
            var sequence = 0;
            foreach (var balance in await new LedgerQueries(books[pass.In].Ledger.Database.Database).BalancesAsync(tx.ProgramId, from, ct))
            {
                var entries = Verbs.PassOn(from, to, new Dictionary<Account, BigInteger>
                {
                    [Account.Pending] = balance.Pending, [Account.Held] = balance.Held, [Account.Available] = balance.Available,
                    [Account.InPayout] = balance.InPayout, [Account.Paid] = balance.Paid, [Account.Receivable] = balance.Receivable,
                });
                var id = await tx.NextNumberAsync(ct);
                if (entries.Count > 0)
                    LedgerWriter.Add(tx, [new Posting(id, TransferKind.PassOn, $"pass:{id}", ++sequence, balance.Unit, entries)]);
            }
            tx.Writes.Add(
                "update rewards set recipient_id = $3 where program_id = $1 and recipient_id = $2",
                Param.Of(tx.ProgramId), Param.Of((long)from), Param.Of((long)to));
            return new object();
        }, default));

    public Task<string> SuspendAsync(Suspend suspend, Caller caller) => Answer(caller, () =>
        books[suspend.In].Ledger.Transactions.RunAsync<object>(books[suspend.In].Ledger.ProgramId, caller, (tx, _) =>
        {
            tx.Writes.Add(
                """
                insert into referrers (program_id, referrer_id, kind, state, created_at, updated_at) values ($1, $2, 'partner', $3, $4, $4)
                on conflict (program_id, referrer_id) do update set state = excluded.state
                """,
                Param.Of(tx.ProgramId), Param.Of((long)(FirstRecipient + suspend.Recipient)), Param.Of(suspend.On ? "suspended" : "active"),
                Param.Of(tx.Now));
            return Task.FromResult<Outcome<object>>(new object());
        }, default));

    public async Task<string> ApproveDueAsync(int program)
    {
        await books[program].ApproveDueAsync();
        return "ok";
    }

    public Task<string> PassAsync(int days)
    {
        clock.Advance(TimeSpan.FromDays(days));
        return Task.FromResult("ok");
    }

    /// <summary>Runs it with the server dying at the point; what it answered before does not count then.</summary>
    public async Task<string> CrashingAsync(string point, Func<Task<string>> run)
    {
        crashAt.Value = point;
        try
        {
            return await run();
        }
        catch (InjectedCrash)
        {
            return "crash";
        }
        finally
        {
            crashAt.Value = null;
        }
    }

    /// <summary>Where it differs from the model now; null: nowhere (I3).</summary>
    public async Task<string?> DifferenceAsync(ReferenceLedger model)
    {
        for (var program = 0; program < books.Count; program++)
        {
            var real = await ReadAsync(books[program]);
            var expected = Expected(model, program);
            foreach (var line in expected.Keys.Union(real.Keys).Where(line => expected.GetValueOrDefault(line) != real.GetValueOrDefault(line)))
                return $"programme {program}, {line}: model [{expected.GetValueOrDefault(line)}], database [{real.GetValueOrDefault(line)}]";
        }
        return null;
    }

    private Dictionary<string, string> Expected(ReferenceLedger model, int program)
    {
        var lines = new Dictionary<string, string>();
        foreach (var ((_, recipient, unit), balance) in model.Balances.Where(b => b.Key.Program == program && b.Value != ModelBalance.Empty))
            lines.Add($"balance {FirstRecipient + recipient} {unit}", balance.ToString());
        foreach (var r in model.Rewards.Values.Where(r => r.Program == program))
            lines.Add($"reward {IdOf(r.Handle)}", $"{FirstRecipient + r.Recipient} {r.State} {r.Net} {r.Posted} {r.Unspent?.ToString(CultureInfo.InvariantCulture) ?? "-"}");
        return lines;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(RewardBook book)
    {
        await using var connection = await book.Ledger.Database.Database.OpenAsync(default);
        var lines = await connection.QueryAsync<(string Line, string Text)>("""
            select 'balance ' || recipient_id || ' ' || unit,
                   concat_ws(' ', earned, reversed, pending, held, available, in_payout, paid, receivable)
            from balances
            where program_id = @p
            union all
            select 'reward ' || reward_id, concat_ws(' ', recipient_id, state, net, posted, coalesce(remaining::text, '-'))
            from rewards
            where program_id = @p
            """, new { p = book.Ledger.ProgramId });
        return lines.Where(line => line.Text != ModelBalance.Empty.ToString()).ToDictionary(line => line.Line, line => line.Text);
    }

    private static async Task<Outcome<object>> SettleAsync(RewardBook book, long id, Caller caller) =>
        await book.Ledger.Transactions.RunAsync<object>(book.Ledger.ProgramId, caller, async (tx, ct) =>
        {
            if (await LockAsync(tx, id, ct) is not { } reward)
                return new Problem(ProblemCode.NotFound, "none");
            if (reward is not { State: "available", Remaining: null })
                return new Problem(ProblemCode.IllegalTransition, "not available");
            tx.Writes.Add(
                "update rewards set state = 'paid' where program_id = $1 and reward_id = $2", Param.Of(tx.ProgramId), Param.Of(id));
            LedgerWriter.Add(tx, [new Posting(
                await tx.NextNumberAsync(ct), TransferKind.Settle, $"reward:{id}", 1, Unit.Parse(reward.Unit!),
                Verbs.Settle(new LedgerSubject(reward.RecipientId, id), reward.Posted))]);
            return new object();
        }, default);

    private static async Task<RewardRow?> LockAsync(Transaction tx, long id, CancellationToken ct)
    {
        RewardRow? found = null;
        var load = new LoadBatch(tx.Connection);
        load.Query(
            $"select {RewardRow.Columns} from rewards where program_id = $1 and reward_id = $2 for update",
            row => found = RewardRow.Read(row), Param.Of(tx.ProgramId), Param.Of(id));
        await load.RunAsync(ct);
        return found;
    }

    private static async Task<string> Answer<T>(Caller caller, Func<Task<Outcome<T>>> run)
    {
        var outcome = await run();
        if (caller.Idempotency?.Replayed is { } kept)
            return Encoding.UTF8.GetString(kept.Body);
        return outcome.Match(_ => "ok", problem => problem.Code switch
        {
            ProblemCode.NotFound => "not_found",
            ProblemCode.IllegalTransition => "illegal",
            ProblemCode.InsufficientBalance => "insufficient",
            ProblemCode.AmountOutOfRange => "range",
            ProblemCode.OutOfRange or ProblemCode.InvalidValue => "invalid",
            ProblemCode.IdempotencyMismatch => "mismatch",
            var other => other.ToString(),
        });
    }

    private long IdOf(int handle) => ids.GetValueOrDefault(handle, -1);

    private void MaybeCrash(string point)
    {
        if (crashAt.Value == point)
            throw new InjectedCrash();
    }

    private sealed class InjectedCrash : Exception;
}
