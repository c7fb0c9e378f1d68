using System.Numerics;
using Dapper;
using Tributary.Ledger;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Rewards;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders;

/// <summary>A programme on a real database, with the verbs that a shop's back end calls.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string TwoSided = """
        {"steps":[{"name":"First order","trigger":"order","once":true,"lines":[
          {"number":1,"recipient":"referrer","amount":{"kind":"points","points":200,"unit":"points:points"}},
          {"number":2,"recipient":"customer","amount":{"kind":"points","points":100,"unit":"points:points"}}]}],"holdDays":0}
        """;

    private readonly TestDatabase database;
    private readonly Database pool;

    private Shop(TestDatabase database, Database pool, HandClock clock, ReferralProgram program)
    {
        (this.database, this.pool, Clock, Program) = (database, pool, clock, program);
        Transactions = new Transactions(pool, clock);
    }

    public HandClock Clock { get; }

    public ReferralProgram Program { get; private set; }

    public Transactions Transactions { get; }

    public Database Database => pool;

    public PostgresConnections Connections => database.Connections;

    public Caller Caller { get; } = new("key:1", Trusted: true);

    public static async Task<Shop> OpenAsync(PostgresFixture postgres, string? campaign = TwoSided, Func<ProgramSettings, ProgramSettings>? settings = null)
    {
        var database = await postgres.CreateDatabaseAsync();
        var pool = database.Database;
        var clock = new HandClock();
        var program = new ReferralProgram(
            1, "prg_test", 1, "Test", ProgramMode.Test, ProgramState.Active, Currency.Of("USD"),
            (settings ?? (s => s))(new ProgramSettings { Attribution = new AttributionSettings { CodeWindowSeconds = 300 } }),
            new byte[32], 1);
        var shop = new Shop(database, pool, clock, program);
        await shop.ExecuteAsync("""
            insert into workspaces (name, created_at) values ('w', now());
            insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
            values (1, 'prg_test', 'Test', 'test', 'active', 'USD', '{}', decode(repeat('00', 32), 'hex'), now());
            """);
        if (campaign is not null)
            await shop.AddCampaignAsync(campaign);
        (await shop.SignUpAsync("user_12345", ownCode: "REF123456")).Succeeded.ShouldBeTrue();
        return shop;
    }

    public void Set(Func<ProgramSettings, ProgramSettings> change) => Program = Program with { Settings = change(Program.Settings) };

    public void Set(params FormerZone[] former) => Program = Program with { FormerZones = former };

    public async Task<long> AddCampaignAsync(string definition, string name = "Bring a friend")
    {
        await using var connection = await pool.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            """
            with c as (insert into campaigns (program_id, name, state, starts_at, version, created_at, updated_at)
                       values (1, @name, 'active', @at, 1, @at, @at) returning campaign_id)
            insert into campaign_versions (program_id, campaign_id, version, definition, effective_at, created_by)
            select 1, campaign_id, 1, @definition::jsonb, @at, 'test' from c returning campaign_id
            """,
            new { name, definition, at = Clock.GetUtcNow().UtcDateTime });
    }

    public Task<Outcome<CustomerRegistered>> SignUpAsync(string id, string? code = null, string? ownCode = null, bool? guest = null, string? email = null) =>
        new RegisterCustomer(Transactions).ExecuteAsync(
            Program,
            new CustomerInput { MerchantId = id, OwnCode = ownCode, Guest = guest, Email = email },
            new ReferralClaim { Code = code, CodeWindow = TimeSpan.FromMinutes(5), AcceptCustomerIds = true },
            Caller, CancellationToken.None);

    public Task<Outcome<OrderRecorded>> OrderAsync(string customer, string order, long total = 10_000, string? code = null, bool? guest = null, bool paid = true) =>
        new RecordOrder(Transactions).ExecuteAsync(
            Program,
            new OrderInput
            {
                Customer = new CustomerInput { MerchantId = customer, Guest = guest },
                OrderId = order,
                Total = total,
                Currency = Program.Currency,
                JudgeByArrival = true,
                Paid = paid,
                Claim = new ReferralClaim { Code = code, AcceptCustomerIds = true },
                ContentCode = code ?? "",
            },
            Caller, CancellationToken.None);

    public Task<Outcome<RefundRecorded>> RefundAsync(string order, string refund, long? amount = null, bool cut = false) =>
        new RefundOrder(Transactions).ExecuteAsync(
            Program, new RefundInput { OrderId = order, RefundId = refund, Amount = amount, CutToRemaining = cut }, Caller, CancellationToken.None);

    public Task<Outcome<RefundRecorded>> CancelAsync(string order) => new RefundOrder(Transactions).ExecuteAsync(
        Program, new RefundInput { OrderId = order, RefundId = $"cancel:{order}", Kind = RefundKind.Cancel }, Caller, CancellationToken.None);

    public Task<Outcome<RefundRecorded>> ReinstateAsync(string refund) =>
        new ReinstateRefund(Transactions).ExecuteAsync(Program, refund, Caller, CancellationToken.None);

    public Task<Outcome<OrderAmended>> AmendAsync(string order, int version, long total) => new AmendOrder(Transactions).ExecuteAsync(
        Program, new OrderAmendment(order, version, total, null, null, null, null), Caller, CancellationToken.None);

    public async Task<Outcome<CustomerClaimed>> ClaimAsync(string customer, string referrer) => await new ClaimCustomer(Transactions)
        .ExecuteAsync(Program, customer, await NumberAsync(referrer), "asked for", Caller, CancellationToken.None);

    public async Task RedeemAsync(string customer, long points) => (await new RedeemPoints(Transactions).ExecuteAsync(
        Program, new RedemptionInput(await NumberAsync(customer), Unit.Parse("points:points"), points), Caller, CancellationToken.None))
        .Succeeded.ShouldBeTrue();

    public Task<long> NumberAsync(string customer) => CountAsync($"select customer_id from customer_ids where merchant_id = '{customer}'");

    public Task<Outcome<EventsRecorded>> EventAsync(string customer, string name, System.Text.Json.Nodes.JsonObject? metadata = null) =>
        new RecordEvent(Transactions).ExecuteAsync(
            Program, new CustomerInput { MerchantId = customer }, [new NamedEvent(name, metadata)], null, Caller, CancellationToken.None);

    public async Task<BigInteger> AvailableAsync(string customer, string unit = "points:points")
    {
        await using var connection = await pool.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<decimal?>(
            """
            select b.available - b.receivable from balances b join customer_ids i on i.program_id = b.program_id and i.customer_id = b.recipient_id
            where b.program_id = 1 and i.merchant_id = @customer and b.unit = @unit
            """,
            new { customer, unit }) is { } amount ? new BigInteger(amount) : 0;
    }

    public async Task<string?> TextAsync(string sql, object? parameters = null)
    {
        await using var connection = await pool.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<string?>(sql, parameters);
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await pool.OpenAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(sql);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var connection = await pool.OpenAsync(CancellationToken.None);
        await connection.ExecuteAsync(sql);
    }

    /// <summary>Every test ends with the invariants check.</summary>
    public async ValueTask DisposeAsync()
    {
        var report = await new Doctor(pool).RunAsync(Program.Id, CancellationToken.None);
        await database.DisposeAsync();
        report.IsHealthy.ShouldBeTrue(report.ToString());
    }
}
