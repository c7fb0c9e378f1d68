using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>A customer that is not a guest is at once a referrer with a code of its own.</summary>
internal static class OwnReferrer
{
    private const string ReferrerSql = """
        insert into referrers (program_id, referrer_id, kind, customer_id, state, created_at, updated_at)
        values ($1, $2, 'customer', $2, 'active', $3, $3)
        """;

    private const string CodeSql = """
        insert into codes (program_id, referrer_id, code, canonical, folded, expires_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        """;

    /// <summary>A drawn code that is taken violates the unique key, and the operation runs again with another one.</summary>
    public static void Ensure(Transaction tx, ReferralProgram program, CustomerSnapshot snapshot, CustomerChange change, string? chosen)
    {
        if (change.After.Guest || snapshot.OwnReferrerState is not null)
            return;
        var code = chosen ?? CodeGenerator.Secure.Next(program.Settings.Codes.Prefix, program.Settings.Codes.Length);
        tx.Writes.Add(ReferrerSql, Param.Of(tx.ProgramId), Param.Of(change.After.Id), Param.Of(tx.Now));
        tx.Writes.Add(
            CodeSql,
            Param.Of(tx.ProgramId),
            Param.Of(change.After.Id),
            Param.Of(code),
            Param.Of(CodeText.TryCanonical(code, out var canonical) ? canonical : code),
            Param.Of(CodeText.TryFold(code, out var folded) ? folded : code),
            Param.Of(program.Settings.Codes.LifeDays is { } days ? tx.Now.AddDays(days) : null),
            Param.Of(tx.Now));
        snapshot.OwnReferrerState = "active";
    }
}
