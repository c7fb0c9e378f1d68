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

    public static Problem EmailTaken => new(ProblemCode.AlreadyExists, "Another customer has this e-mail address.", "email");

    public static async Task<Problem?> RefuseAsync(
        Transaction tx, ReferralProgram program, CustomerInput input, SignUpTerms terms, CancellationToken ct)
    {
        if (terms.MustBeNew && CodeText.TryCanonical(input.OwnCode, out var code) && await IsCodeTakenAsync(tx, code, input.MerchantId, ct))
            return new Problem(ProblemCode.AlreadyExists, "This code is or was somebody's; codes are not used again.", "code");
        return terms.UniqueEmail && input.Email is { } email && await IsEmailTakenAsync(tx, program, email, input.MerchantId, ct) ? EmailTaken : null;
    }

    /// <param name="merchantId">Of the customer who may have the address.</param>
    public static async Task<bool> IsEmailTakenAsync(Transaction tx, ReferralProgram program, string email, string? merchantId, CancellationToken ct)
    {
        if (ContactKeys.EmailHash(program.HashKey, email) is not { } hash)
            return false;
        var taken = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(GuardSql, _ => { }, Param.Of(Convert.ToHexString(hash)), Param.Of(program.Id));
        load.Query(EmailSql, _ => taken = true, Param.Of(program.Id), Param.Of(hash), Param.Of(merchantId));
        await load.RunAsync(ct);
        return taken;
    }

    private static async Task<bool> IsCodeTakenAsync(Transaction tx, string code, string merchantId, CancellationToken ct)
    {
        var taken = false;
        var load = new LoadBatch(tx.Connection);
        load.Query(CodeSql, _ => taken = true, Param.Of(tx.ProgramId), Param.Of(code), Param.Of(merchantId));
        await load.RunAsync(ct);
        return taken;
    }
}
