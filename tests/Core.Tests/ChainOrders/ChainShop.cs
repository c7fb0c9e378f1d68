using System.Globalization;
using System.Numerics;
using Dapper;
using Npgsql;
using Tributary.ChainOrders;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.ChainOrders;

/// <summary>A platform's back end that reports orders, events and integrators to a programme on a real database.</summary>
internal sealed class ChainShop
{
    public const long Ethereum = 1;
    public const long Solana = 7565164;
    public const string Usdc = "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";
    public const string SolanaToken = "So11111111111111111111111111111111111111112";

    private static readonly CancellationToken None = CancellationToken.None;
    private static int programs;

    private ChainShop(TestDatabase database, HandClock clock, ReferralProgram program)
    {
        Database = database.Database;
        Clock = clock;
        Program = program;
        Transactions = new Transactions(Database, clock);
    }

    public Database Database { get; }

    public HandClock Clock { get; }

    public ReferralProgram Program { get; }

    public Transactions Transactions { get; }

    public Caller Caller { get; } = new("key:1", Trusted: true);

    public static async Task<ChainShop> OpenAsync(ClassDatabase database)
    {
        var number = Interlocked.Increment(ref programs);
        await using var connection = await database.Database.Database.OpenAsync(None);
        var id = await connection.ExecuteScalarAsync<long>(
            """
            with w as (insert into workspaces (name, created_at) values ('w', now()) returning workspace_id)
            insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
            select workspace_id, @publicId, 'Test', 'test', 'active', 'USD', '{}', decode(repeat('00', 32), 'hex'), now() from w
            returning program_id
            """,
            new { publicId = $"prg_{number}" });
        var program = new ReferralProgram(
            id, $"prg_{number}", 1, "Test", ProgramMode.Test, ProgramState.Active, Currency.Of("USD"), new ProgramSettings(), new byte[32], 1);
        return new ChainShop(database.Database, new HandClock(), program);
    }

    /// <summary>32 bytes that say which one it is.</summary>
    public static string Hash(int number) => "0x" + number.ToString("x64", CultureInfo.InvariantCulture);

    public static string Wallet(int number) => "0x" + number.ToString("x40", CultureInfo.InvariantCulture);

    public ChainOrderReport Order(int number, long? code = 30830) => new()
    {
        OrderId = Hash(number),
        Code = code,
        Maker = Wallet(7),
        CreatedAt = Clock.GetUtcNow(),
        CreationTransactionHash = Hash(number + 1_000_000),
        Give = new ChainSideReport { ChainId = Ethereum, Token = Usdc, Amount = 996_600, Symbol = "USDC", Decimals = 6 },
        Take = new ChainSideReport { ChainId = Solana, Token = SolanaToken, Amount = BigInteger.Pow(10, 30) },
        PercentFee = 400,
        AffiliatePercent = 300_000,
        AffiliateBeneficiary = Wallet(9),
    };

    public ChainEventReport Event(int number, ChainOrderState state, int minutes = 1) => new()
    {
        OrderId = Hash(number),
        State = state,
        TransactionHash = Hash(number + (2_000_000 * ((int)state + 1))),
        BlockTimestamp = Clock.GetUtcNow().AddMinutes(minutes),
        Taker = state == ChainOrderState.Fulfilled ? Wallet(11) : null,
    };

    public Task<Outcome<ChainOutcome>> RecordAsync(ChainOrderReport report, long? boundTo = null) =>
        new RecordChainOrder(Transactions).ExecuteAsync(Program, report, ChainOrderSource.Native, boundTo, Caller, None);

    public async Task<ChainOutcomeKind> KindAsync(ChainOrderReport report) => (await RecordAsync(report)).Value.Kind;

    public Task<Outcome<ChainOutcome>> ReportAsync(ChainEventReport report) =>
        new RecordChainEvent(Transactions).ExecuteAsync(Program, report, null, Caller, None);

    public Task<Outcome<ChainOutcome>> ResolveAsync(int number, ChainBranch branch) =>
        new ResolveChainOrder(Transactions).TurnAsync(Program, Hash(number), branch, "seen on chain", Caller, None);

    public async Task<ChainOrder> FindAsync(int number) =>
        (await new ChainOrderRecords(Database, Clock).FindAsync(Program.Id, Hash(number), None))!;

    public async Task<ChainOrderStory> StoryAsync(int number) =>
        (await new ChainOrderRecords(Database, Clock).ExplainAsync(Program.Id, Hash(number), None))!;

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? more = null)
    {
        await using var connection = await Database.OpenAsync(None);
        var arguments = new DynamicParameters(more);
        arguments.Add("p", Program.Id);
        return [.. await connection.QueryAsync<T>(sql, arguments)];
    }

    public async Task<T> OneAsync<T>(string sql, object? more = null) => (await QueryAsync<T>(sql, more)).Single();

    /// <summary>Accounts and amounts of what an order posted, in the order in which it was.</summary>
    public Task<IReadOnlyList<string>> PostedAsync(int number) => QueryAsync<string>(
        """
        select format('%s %s %s %s', t.kind, e.account, e.side, e.amount)
        from entries e
        join transfers t on t.program_id = e.program_id and t.transfer_id = e.transfer_id
        join chain_orders c on c.program_id = e.program_id and c.order_key = e.order_key
        where e.program_id = @p and c.order_id = @id
        order by t.transfer_id, e.n
        """,
        new { id = Hash(number) });

    /// <summary>Everything that is known of an order but its keys and when it was heard of.</summary>
    public async Task<string> ImageAsync(int number)
    {
        var id = Hash(number);
        var image = await OneAsync<string>(
            """
            select concat_ws(' | ',
              (to_jsonb(c) - 'program_id' - 'order_key' - 'order_id' - 'received_at' - 'next_check_at')::text,
              o.state, o.referrer_id, o.paid_at, o.ordered_at,
              (select string_agg((to_jsonb(e) - 'program_id' - 'order_key' - 'received_at')::text, ',' order by e.state)
               from chain_order_events e where e.program_id = @p and e.order_key = c.order_key),
              (select string_agg(t.term, ',' order by t.term) from chain_order_terms t where t.program_id = @p and t.order_key = c.order_key),
              (select string_agg(f.state || f.amount, ',') from affiliate_fees f where f.program_id = @p and f.order_key = c.order_key))
            from chain_orders c
            join orders o on o.program_id = c.program_id and o.order_key = c.order_key
            where c.program_id = @p and c.order_id = @id
            """,
            new { id });
        return image + string.Join(';', await PostedAsync(number));
    }

    public async Task<long> IntegratorAsync(long code, params string[] wallets)
    {
        var id = await OneAsync<long>(
            """
            insert into referrers (program_id, kind, name, state, created_at, updated_at) values (@p, 'integrator', 'Acme', 'active', now(), now())
            returning referrer_id
            """);
        await QueryAsync<long>(
            "insert into integrator_codes (program_id, code, referrer_id, claimed_at) values (@p, @code, @id, now()) returning code", new { code, id });
        foreach (var wallet in wallets)
            await QueryAsync<string>("insert into integrator_wallets (program_id, wallet, referrer_id) values (@p, @wallet, @id) returning wallet", new { wallet, id });
        return id;
    }

    public async Task<IntegratorRegistered> RegisterAsync(NewIntegrator wanted) =>
        (await new IntegratorRegister(Database, Transactions).RegisterAsync(Program, wanted, Caller, None)).Value;

    public Task<Outcome<Integrator>> ClaimAsync(long code, long? integrator = null, string? name = null) =>
        new ClaimCode(Transactions).ExecuteAsync(Program, code, integrator, name, Caller, None);

    public async Task<CodeStanding> StandingAsync(long code) =>
        await new IntegratorRegister(Database, Transactions).StandingAsync(Program.Id, code, None);

    public Task<Outcome<WithdrawalRecorded>> WithdrawAsync(int hash, BigInteger amount, params int[] orders) => new RecordWithdrawal(Transactions).ExecuteAsync(
        Program, new AffiliateWithdrawal(Solana, SolanaToken, amount, Hash(hash), Wallet(9), [.. orders.Select(Hash)]), Caller, None);

    public async Task CheckAsync()
    {
        await using var connection = await Database.OpenAsync(None);
        var report = await Doctor.CheckAsync(connection, Program.Id, None);
        report.Lines.SelectMany(line => line.Findings).ShouldBeEmpty();
    }
}
