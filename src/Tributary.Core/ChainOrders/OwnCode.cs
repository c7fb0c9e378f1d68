using Npgsql;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>The one code of an integrator, for whom a key is bound: it records under this code alone.</summary>
internal sealed record OwnCode(long Code)
{
    private const string FindSql = "select code from integrator_codes where program_id = $1 and referrer_id = $2";

    public static Problem NotYours { get; } = new(
        ProblemCode.CodeNotYours, "The key is bound to an integrator and works under its code alone.", "referralCode");

    /// <param name="asked">The code of the report; null: it names none, and means the integrator's.</param>
    public static async Task<Outcome<OwnCode>> OfAsync(Transaction tx, long integrator, long? asked, CancellationToken ct)
    {
        var code = await FindAsync(tx.Connection, tx.ProgramId, integrator, ct);
        return code is { } own && (asked is null || asked == own)
            ? new OwnCode(own)
            : NotYours;
    }

    public static async Task<long?> FindAsync(NpgsqlConnection connection, long programId, long integrator, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(FindSql, connection);
        command.Parameters.Add(Param.Of(programId));
        command.Parameters.Add(Param.Of(integrator));
        return (long?)await command.ExecuteScalarAsync(ct);
    }
}
