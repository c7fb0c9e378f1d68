using Npgsql;
using Tributary.Features;
using Tributary.Storage;

namespace Tributary.ChainOrders;

/// <summary>Whose a code is that an order carries.</summary>
/// <param name="ReferrerId">Null: nobody has claimed it.</param>
/// <param name="Active">Whether its integrator may earn.</param>
/// <param name="UnclaimedId">Holds what the code earns until somebody claims it.</param>
/// <param name="OwnWallet">Whether one of the wallets asked about is its integrator's and such orders do not count.</param>
/// <param name="FeesOn">Whether the feature books what chains pay (debridge.md § 7.1).</param>
internal sealed record CodeOwner(long Code, long? ReferrerId, bool Active, long UnclaimedId, bool OwnWallet, bool FeesOn)
{
    /// <summary>The referrer's own value, else the programme's, else the default: on.</summary>
    private const string FeesSql = $"""
        coalesce(
          (select v.enabled from feature_values v where v.program_id = $1 and v.referrer_id = k.referrer_id and v.feature = '{Feature.AffiliateFees}'),
          (select v.enabled from feature_values v where v.program_id = $1 and v.referrer_id = 0 and v.feature = '{Feature.AffiliateFees}'),
          true)
        """;

    /// <summary>Whether orders of its own wallets count like others: as above, by default not.</summary>
    private const string OwnWalletsSql = $"""
        coalesce(
          (select v.enabled from feature_values v where v.program_id = $1 and v.referrer_id = k.referrer_id and v.feature = '{Feature.OwnWallets}'),
          (select v.enabled from feature_values v where v.program_id = $1 and v.referrer_id = 0 and v.feature = '{Feature.OwnWallets}'),
          false)
        """;

    /// <summary>
    /// Keeps the code of a known order from being claimed until the transaction ends. One that is claimed never changes hands,
    /// so that its row is not locked by every report.
    /// </summary>
    public const string HoldOfOrderSql = """
        select true
        from integrator_codes k
        join chain_orders c on c.program_id = k.program_id and c.referral_code = k.code
        where c.program_id = $1 and c.order_id = $2 and k.referrer_id is null
        for key share of k
        """;

    public const string OfOrderSql = $"""
        select k.code, k.referrer_id, coalesce(r.state = 'active', false), k.recipient_id, c.self_referral, {FeesSql}
        from chain_orders c
        join integrator_codes k on k.program_id = c.program_id and k.code = c.referral_code
        left join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
        where c.program_id = $1 and c.order_id = $2
        """;

    /// <summary>A number that nobody has met is remembered, with an account for what it earns.</summary>
    private const string RememberSql = """
        with met as (
          insert into integrator_codes (program_id, code, first_seen)
          select $1, $2, $3
          where not exists (select from integrator_codes where program_id = $1 and code = $2)
          on conflict do nothing
          returning program_id, recipient_id)
        insert into referrers (program_id, referrer_id, kind, name, state, created_at, updated_at)
        select $1, met.recipient_id, 'integrator', 'unclaimed-code/' || $2, 'unclaimed', $3, $3
        from met
        where met.program_id = $1
        """;

    private const string SeenSql = """
        update integrator_codes set first_seen = $3 where program_id = $1 and code = $2 and first_seen is null
        """;

    private const string FindSql = $"""
        select k.code, k.referrer_id, coalesce(r.state = 'active', false), k.recipient_id,
               exists (select from integrator_wallets w
                       where w.program_id = $1 and w.referrer_id = k.referrer_id and w.wallet = any($3)) and not {OwnWalletsSql},
               {FeesSql}
        from integrator_codes k
        left join referrers r on r.program_id = k.program_id and r.referrer_id = k.referrer_id
        where k.program_id = $1 and k.code = $2
        """;

    /// <summary>Until the transaction ends nobody claims the code. What was claimed meanwhile is seen by the statement that follows.</summary>
    private const string HoldSql = "select true from integrator_codes where program_id = $1 and code = $2 for key share";

    /// <summary>
    /// Keeps a code that nobody owns from being claimed while an operation counts on it. One that is claimed never changes
    /// hands, so that its row is not locked by every order.
    /// </summary>
    public async Task<CodeOwner> HeldAsync(Transaction tx, IReadOnlyCollection<string?> wallets, CancellationToken ct)
    {
        if (ReferrerId is not null)
            return this;
        var held = this;
        var load = new LoadBatch(tx.Connection);
        load.Query(HoldSql, _ => { }, Param.Of(tx.ProgramId), Param.Of(Code));
        load.Query(FindSql, row => held = Read(row), Param.Of(tx.ProgramId), Param.Of(Code), Param.Of(wallets));
        await load.RunAsync(ct);
        return held;
    }

    /// <summary>Who earns; null: nobody does, because the integrator is suspended or fees are not booked.</summary>
    public long? RecipientId => !FeesOn ? null : ReferrerId is null ? UnclaimedId : Active ? ReferrerId : null;

    public static CodeOwner Read(NpgsqlDataReader row) =>
        new(row.GetInt64(0), row.LongOrNull(1), row.GetBoolean(2), row.GetInt64(3), row.GetBoolean(4), row.GetBoolean(5));

    /// <summary>Adds to a round trip what finds the code's owner; a code that was never met is remembered from now on.</summary>
    public static void Find(LoadBatch load, Transaction tx, long code, IReadOnlyCollection<string?> wallets, Action<CodeOwner> found)
    {
        load.Command(RememberSql, Param.Of(tx.ProgramId), Param.Of(code), Param.Of(tx.Now));
        load.Command(SeenSql, Param.Of(tx.ProgramId), Param.Of(code), Param.Of(tx.Now));
        load.Query(FindSql, row => found(Read(row)), Param.Of(tx.ProgramId), Param.Of(code), Param.Of(wallets));
    }
}
