using System.Globalization;
using System.Numerics;
using Dapper;
using Tributary.Ledger;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

/// <summary>One programme in a test's database: posts, and tells what stands there.</summary>
internal sealed class LedgerBook
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private LedgerBook(TestDatabase database, long programId, TimeProvider clock)
    {
        Database = database;
        Clock = clock;
        Program = new ReferralProgram(
            programId, "pub", 1, "shop", ProgramMode.Test, ProgramState.Active, Currency.Of("USD"), new ProgramSettings(), [], 1);
        Transactions = new Transactions(database.Database, clock);
    }

    public TestDatabase Database { get; }

    public TimeProvider Clock { get; }

    public ReferralProgram Program { get; }

    public long ProgramId => Program.Id;

    public Transactions Transactions { get; }

    public Caller Caller { get; init; } = new("key:1", Trusted: true);

    public static async Task<LedgerBook> OpenAsync(TestDatabase database, TimeProvider clock)
    {
        await using var connection = await database.Database.OpenAsync(default);
        var programId = await connection.ExecuteScalarAsync<long>("""
            with w as (insert into workspaces (name, created_at) values ('shop', now()) returning workspace_id)
            insert into programs (workspace_id, public_id, name, mode, state, currency, settings, hash_key, created_at)
            select workspace_id, gen_random_uuid()::text, 'shop', 'test', 'active', 'USD', '{}', ''::bytea, now() from w
            returning program_id
            """);
        return new LedgerBook(database, programId, clock);
    }

    public Task<Outcome<object>> PostAsync(TransferKind kind, string cause, string unit, IReadOnlyList<Entry> entries) =>
        Transactions.RunAsync<object>(ProgramId, Caller, async (tx, ct) =>
        {
            LedgerWriter.Add(tx, [new Posting(await tx.NextNumberAsync(ct), kind, cause, 1, Unit.Parse(unit), entries)]);
            return new object();
        }, default);

    /// <summary>The balance row as "earned reversed pending held available in_payout paid receivable"; null: no row.</summary>
    public async Task<string?> BalanceAsync(long recipient, string unit)
    {
        await using var connection = await Database.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<string>("""
            select concat_ws(' ', earned, reversed, pending, held, available, in_payout, paid, receivable)
            from balances where program_id = @ProgramId and recipient_id = @recipient and unit = @unit
            """, new { ProgramId, recipient, unit });
    }

    public async Task<long> CountAsync(string table)
    {
        await using var connection = await Database.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>($"select count(*) from {table} where program_id = @ProgramId", new { ProgramId });
    }

    /// <summary>Runs a statement that may name <c>@program</c>.</summary>
    public async Task ExecuteAsync(string sql, object? parameters = null)
    {
        await using var connection = await Database.Database.OpenAsync(default);
        var values = new DynamicParameters(parameters);
        values.Add("program", ProgramId);
        await connection.ExecuteAsync(sql, values);
    }

    public static BigInteger Big(string digits) => BigInteger.Parse(digits, CultureInfo.InvariantCulture);
}
