using Dapper;
using Tributary.Ledger;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>One of many programmes in one database, called as a shop's back end calls; every verb answers with a short text.</summary>
internal sealed class PropertyShop
{
    /// <summary>Customers of a history; the first two come from the first referrer, the third from the second, the last from nobody.</summary>
    public const int Customers = 4;

    public static readonly DateTimeOffset Start = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);

    private static readonly Caller Caller = new("key:1", Trusted: true);

    private readonly Database database;
    private readonly HandClock clock;
    private readonly Transactions transactions;
    private readonly AsyncLocal<bool> crashes = new();

    private PropertyShop(Database database, long programId, DateTimeOffset start)
    {
        (this.database, StartedAt) = (database, start);
        clock = new HandClock(start);
        transactions = new Transactions(database, clock)
        {
            FaultPoint = point =>
            {
                if (crashes.Value && point == "before_commit")
                    throw new InvalidOperationException("crash");
            },
        };
        Program = new ReferralProgram(
            programId, "prg", 1, "Property", ProgramMode.Test, ProgramState.Active, Currency.Of("USD"), new ProgramSettings(), new byte[32], 1);
        Sight = new PropertySight(database, programId, start);
    }

    public ReferralProgram Program { get; }

    public DateTimeOffset StartedAt { get; }

    public PropertySight Sight { get; }

    public static string? ReferrerOf(int customer) => customer switch { 0 or 1 => "ref0", 2 => "ref1", _ => null };

    public static async Task<PropertyShop> OpenAsync(TestDatabase database, DateTimeOffset? start = null)
    {
        await using var connection = await database.Database.OpenAsync(default);
        var programId = await connection.ExecuteScalarAsync<long>("""
            with w as (insert into workspaces (name, created_at) values ('shop', now()) returning workspace_id)
            insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
            select workspace_id, gen_random_uuid()::text, 'shop', 'test', 'active', 'USD', '{}', ''::bytea, now() from w
            returning program_id
            """);
        var shop = new PropertyShop(database.Database, programId, start ?? Start);
        foreach (var rule in ShopRules.All)
            await shop.AddCampaignAsync(connection, rule);
        foreach (var referrer in new[] { "ref0", "ref1" })
            await shop.SignUpAsync(referrer, own: referrer.ToUpperInvariant() + "CODE", code: null);
        for (var customer = 0; customer < Customers; customer++)
            await shop.SignUpAsync($"cust{customer}", own: null, code: ReferrerOf(customer) is { } referrer ? referrer.ToUpperInvariant() + "CODE" : null);
        return shop;
    }

    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>The operation fails just before its commit.</summary>
    public async Task CrashAsync(Func<Task<string>> operation)
    {
        crashes.Value = true;
        try
        {
            await operation();
        }
        catch (InvalidOperationException crash) when (crash.Message == "crash")
        {
            // What a node that died would have left behind is looked at next.
        }
        finally
        {
            crashes.Value = false;
        }
    }

    public Task<string> OrderAsync(int customer, string order, long total, string currency, bool paid = true, string content = "") =>
        Answer(new RecordOrder(transactions).ExecuteAsync(
            Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = $"cust{customer}" }, OrderId = order, Total = total,
                Currency = Currency.Of(currency), Paid = paid, ContentCode = content,
            },
            Caller, default), recorded => recorded.Repeated);

    public Task<string> PayAsync(string order) =>
        Answer(new PayOrder(transactions).ExecuteAsync(Program, order, Caller, default), paid => paid.Repeated);

    public Task<string> AmendAsync(string order, int version, long total) => Answer(
        new AmendOrder(transactions).ExecuteAsync(Program, new OrderAmendment(order, version, total, null, null, null, null), Caller, default),
        amended => !amended.Changed);

    public async Task<string> RefundAsync(RefundInput refund)
    {
        var outcome = await new RefundOrder(transactions).ExecuteAsync(Program, refund, Caller, default);
        return outcome.Match(
            done => done.Repeated ? "repeated" : done.Waiting ? "waiting" : $"ok {done.Amount}", problem => problem.Code.ToString());
    }

    public Task<string> ReinstateAsync(string refund) =>
        Answer(new ReinstateRefund(transactions).ExecuteAsync(Program, refund, Caller, default), done => done.Repeated);

    public async Task<string> JudgeAsync(string verb, string order, string campaign, int line)
    {
        if (await Sight.RewardAsync(order, campaign, line) is not { } reward)
            return "none";
        return verb switch
        {
            "hold" => await Answer(new HoldReward(transactions).HoldAsync(Program, reward, "odd", Caller, default)),
            "release" => await Answer(new HoldReward(transactions).ReleaseAsync(Program, reward, Caller, default)),
            "reject" => await Answer(new RejectReward(transactions).ExecuteAsync(Program, reward, "fraud", Caller, default)),
            "approve" => await Answer(new ApproveReward(transactions).ExecuteAsync(Program, reward, mayBeEarly: true, Caller, default)),
            _ => throw new InvalidOperationException(verb),
        };
    }

    public async Task<string> ApproveDueAsync()
    {
        await new ApprovalJob(database, transactions, clock).RunAsync(Program.Id, default);
        return "ok";
    }

    /// <summary>What is wrong by the product's own checks; null: nothing.</summary>
    public async Task<string?> DoctorAsync()
    {
        var report = await new Doctor(database).RunAsync(Program.Id, default);
        return report.IsHealthy ? null : report.ToString();
    }

    private async Task SignUpAsync(string id, string? own, string? code) => (await new RegisterCustomer(transactions).ExecuteAsync(
        Program, new CustomerInput { MerchantId = id, OwnCode = own }, new ReferralClaim { Code = code }, Caller, default)).Succeeded.ShouldBeTrue();

    private Task<int> AddCampaignAsync(Npgsql.NpgsqlConnection connection, ShopRule rule) => connection.ExecuteAsync(
        """
        with c as (insert into campaigns (program_id, name, state, starts_at, version, created_at, updated_at)
                   values (@programId, @name, 'active', @at, 1, @at, @at) returning campaign_id)
        insert into campaign_versions (program_id, campaign_id, version, definition, effective_at, created_by)
        select @programId, campaign_id, 1, @definition::jsonb, @at, 'test' from c
        """,
        new { programId = Program.Id, name = rule.Name, definition = rule.Definition, at = StartedAt.UtcDateTime });

    private static async Task<string> Answer<T>(Task<Outcome<T>> outcome, Func<T, bool>? repeated = null) =>
        (await outcome).Match(value => repeated?.Invoke(value) == true ? "repeated" : "ok", problem => problem.Code.ToString());
}
