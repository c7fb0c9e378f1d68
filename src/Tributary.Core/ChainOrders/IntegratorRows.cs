using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Rows of integrators and what the outbox and the audit log are told of them.</summary>
internal static class IntegratorRows
{
    public const string SelectSql = """
        select r.referrer_id, r.name, r.key, r.email, r.state, k.code, r.created_at,
               array(select w.wallet from integrator_wallets w
                     where w.program_id = r.program_id and w.referrer_id = r.referrer_id order by w.wallet) as wallets
        from referrers r
        left join integrator_codes k on k.program_id = r.program_id and k.referrer_id = r.referrer_id
        """;

    private const string FindSql = $"""
        {SelectSql} where r.program_id = @programId and r.referrer_id = @id and r.kind = 'integrator' and r.state not in ('unclaimed', 'deleted')
        """;

    private const string NameSql = """
        insert into codes (program_id, referrer_id, code, canonical, folded, created_at)
        values (@programId, @id, @text, @text, @text, @now)
        on conflict do nothing
        returning code_id
        """;

    private const string WalletSql = """
        insert into integrator_wallets (program_id, wallet, referrer_id)
        values (@programId, @wallet, @id)
        on conflict do nothing
        """;

    private const string TakenSql = """
        select exists (select from integrator_wallets where program_id = @programId and wallet = any(@wallets) and referrer_id <> @id)
        """;

    public static async Task<Integrator?> FindAsync(NpgsqlConnection connection, long programId, long id, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(FindSql, new { programId, id }, cancellationToken: ct));
        return row?.ToIntegrator();
    }

    /// <summary>Gives the number its place among all codes of the programme; false where another referrer's code reads so.</summary>
    public static async Task<bool> NameAsync(Transaction tx, long id, long code, CancellationToken ct) =>
        await tx.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            NameSql, new { programId = tx.ProgramId, id, text = new Chains.ReferralNumber(code).ToString(), now = tx.Now }, cancellationToken: ct)) is not null;

    /// <summary>Adds wallets; what is wrong where one is another's.</summary>
    public static async Task<Problem?> AddWalletsAsync(Transaction tx, long id, IReadOnlyList<string> wallets, CancellationToken ct)
    {
        foreach (var wallet in wallets)
            await tx.Connection.ExecuteAsync(new CommandDefinition(WalletSql, new { programId = tx.ProgramId, wallet, id }, cancellationToken: ct));
        var taken = await tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(TakenSql, new { programId = tx.ProgramId, wallets = wallets.ToArray(), id }, cancellationToken: ct));
        return taken ? new Problem(ProblemCode.AlreadyExists, "A wallet belongs to another integrator.", "wallets") : null;
    }

    public static void Tell(Transaction tx, string verb, string type, Integrator integrator, Integrator? before, string? reason = null)
    {
        tx.Audit(verb, ReferrerRegister.Subject(integrator.Id), before is null ? null : Told(before), Told(integrator), reason);
        var told = new JsonObject
        {
            ["referrerId"] = integrator.Id,
            ["kind"] = "integrator",
            ["state"] = integrator.State.Text(),
            ["referralCode"] = integrator.Code,
        };
        tx.Raise(type, ReferrerRegister.Subject(integrator.Id), told, referrerId: integrator.Id);
    }

    /// <summary>No personal data: the audit log outlives an erasure.</summary>
    private static JsonObject Told(Integrator integrator) => new()
    {
        ["externalId"] = integrator.ExternalId,
        ["state"] = integrator.State.Text(),
        ["code"] = integrator.Code,
        ["wallets"] = new JsonArray([.. integrator.Wallets.Select(wallet => (JsonNode)wallet)]),
    };

    internal sealed record Row
    {
        public long ReferrerId { get; init; }
        public string? Name { get; init; }
        public string? Key { get; init; }
        public string? Email { get; init; }
        public required string State { get; init; }
        public long? Code { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public required string[] Wallets { get; init; }

        public Integrator ToIntegrator() => new(ReferrerId, Name, Key, Email, ReferrerStates.Parse(State), Code, Wallets, CreatedAt);
    }
}
