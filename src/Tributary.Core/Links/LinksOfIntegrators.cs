using Dapper;
using Tributary.Features;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Whether an integrator may have links of its own (debridge.md § 7.1). Those there are go on working: visitors must not meet a dead link.</summary>
internal static class LinksOfIntegrators
{
    private const string IsIntegratorSql = """
        select exists (select from referrers where program_id = @programId and referrer_id = @referrerId and kind = 'integrator')
        """;

    private static readonly Problem Off = new(ProblemCode.FeatureOff, "Links of its own are switched off for this integrator.");

    /// <param name="count">Of the links that it has.</param>
    public static async Task<Problem?> RefuseAsync(Transaction tx, long integrator, long count, CancellationToken ct)
    {
        var feature = await FeatureValue.OfAsync(tx.Connection, tx.ProgramId, Feature.CustomLinks, integrator, ct);
        if (!feature.Enabled)
            return Off;
        var most = feature.Parameters[Feature.MaxLinks];
        return count >= most ? new Problem(ProblemCode.LimitReached, $"This integrator has at most {most} links of its own.") : null;
    }

    public static async Task<Problem?> RefuseChangeAsync(Transaction tx, long referrerId, CancellationToken ct)
    {
        var isIntegrator = await tx.Connection.ExecuteScalarAsync<bool>(
            new CommandDefinition(IsIntegratorSql, new { programId = tx.ProgramId, referrerId }, cancellationToken: ct));
        return isIntegrator && !(await FeatureValue.OfAsync(tx.Connection, tx.ProgramId, Feature.CustomLinks, referrerId, ct)).Enabled ? Off : null;
    }
}
