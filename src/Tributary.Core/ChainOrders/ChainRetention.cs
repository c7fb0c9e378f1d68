using Dapper;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Forgets what never became part of an order: what the gateway handed out and nobody signed, and events of orders that never came.</summary>
public sealed class ChainRetention(Database database, TimeProvider clock)
{
    /// <summary>Support looks a day back for what was handed out and not signed.</summary>
    private static readonly TimeSpan ForSupport = TimeSpan.FromDays(1);

    private const string ProgramsSql = """
        select p.program_id, p.settings::text as settings
        from programs p
        where exists (select from prepared_orders o where o.program_id = p.program_id)
           or exists (select from chain_waiting_events e where e.program_id = p.program_id)
        """;

    private const string PreparedSql = "delete from prepared_orders where program_id = @programId and order_key is null and expires_at <= @expired";

    private const string WaitingSql = "delete from chain_waiting_events where program_id = @programId and received_at <= @oldest";

    public async Task RunAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = (await connection.QueryAsync<(long Id, string Settings)>(new CommandDefinition(ProgramsSql, cancellationToken: ct)))
            .ToDictionary(program => program.Id, program => program.Settings);
        await PerProgram.RunAsync(programs.Keys, async programId =>
        {
            var now = clock.GetUtcNow();
            var days = SettingsPatch.Read(programs[programId]).DeBridge.PendingEvents.Days;
            var arguments = new { programId, expired = now - ForSupport, oldest = now.AddDays(-days) };
            await connection.ExecuteAsync(new CommandDefinition(PreparedSql, arguments, cancellationToken: ct));
            await connection.ExecuteAsync(new CommandDefinition(WaitingSql, arguments, cancellationToken: ct));
        });
    }
}
