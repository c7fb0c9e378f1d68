using System.Data;
using Dapper;
using Npgsql;
using Tributary.Bench.Report;

namespace Tributary.Bench.Orders;

/// <summary>Both sides start with nothing left over from the other; sealing the ledger is work of the server's.</summary>
internal sealed class Settled(NpgsqlConnection connection, bool statements)
{
    private const string UnsealedSql = """
        select exists (
          select from transfers t
          where t.transaction_xid >= (select coalesce(max(s.up_to_xid), '0') from seals s where s.program_id = t.program_id and s.subject = 'transfers'))
        """;

    public async Task BeginAsync()
    {
        while (await connection.ExecuteScalarAsync<bool>(UnsealedSql))
            await Task.Delay(200);
        await connection.ExecuteAsync("vacuum analyze");
        await connection.ExecuteAsync("checkpoint", commandType: CommandType.Text);
        if (statements)
            await StatementTimes.ResetAsync(connection);
    }

    public async Task EndAsync(string side, long orders)
    {
        if (statements)
            await StatementTimes.PrintAsync(connection, side, orders);
    }
}
