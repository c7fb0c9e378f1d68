using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;

namespace Tributary.Signups;

/// <summary>Refuses a sign-up whose code or e-mail address is somebody else's already.</summary>
internal static class TakenKeys
{
    /// <summary>Two sign-ups with one address take turns.</summary>
    private const string GuardSql = "select pg_advisory_xact_lock(hashtextextended($1, $2))";

    private const string EmailSql = """
        select true
        from customers
        where program_id = $1 and email_hash = $2 and deleted_at is null and merged_into is null
          and customer_id is distinct from (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $3)
        limit 1
        """;

    private const string CodeSql = """
        select true
        from codes
        where program_id = $1 and canonical = $2
          and referrer_id is distinct from (select i.customer_id from customer_ids i where i.program_id = $1 and i.merchant_id = $3)
        """;

    public static async Task<Problem?> RefuseAsync(
        Transaction tx, ReferralProgram program, CustomerInput input, SignUpTerms terms, CancellationToken ct)
    {
        var email = terms.UniqueEmail ? ContactKeys.EmailHash(program.HashKey, input.Email) : null;
        var code = terms.MustBeNew && CodeText.TryCanonical(input.OwnCode, out var canonical) ? canonical : null;
        if (email is null && code is null)
            return null;
        var (emailTaken, codeTaken) = (false, false);
        var load = new LoadBatch(tx.Connection);
        if (email is not null)
        {
            load.Query(GuardSql, _ => { }, Param.Of(Convert.ToHexString(email)), Param.Of(program.Id));
            load.Query(EmailSql, _ => emailTaken = true, Param.Of(program.Id), Param.Of(email), Param.Of(input.MerchantId));
        }
        if (code is not null)
            load.Query(CodeSql, _ => codeTaken = true, Param.Of(program.Id), Param.Of(code), Param.Of(input.MerchantId));
        await load.RunAsync(ct);
        return codeTaken ? new Problem(ProblemCode.AlreadyExists, "This code is or was somebody's; codes are not used again.", "code")
            : emailTaken ? new Problem(ProblemCode.AlreadyExists, "Another customer has this e-mail address.", "email")
            : null;
    }
}
