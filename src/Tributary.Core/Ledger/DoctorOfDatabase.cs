using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>What must be true of the database itself: the constraints that promises rest on, privileges, safe settings.</summary>
internal static class DoctorOfDatabase
{
    /// <summary>Unique indexes without which something could be paid twice (PR-2).</summary>
    private static readonly string[] UniqueIndexes =
    [
        "orders_living", "orders_program_id_order_id_generation_key", "refunds_program_id_refund_id_key", "rewards_cause",
        "rewards_standing", "step_progress_standing", "transfers_program_id_kind_cause_sequence_key", "balances_pkey",
        "customer_ids_pkey", "attributions_pkey", "idempotency_keys_pkey", "codes_program_id_canonical_key",
        "chain_orders_program_id_order_id_key", "chain_order_events_pkey", "affiliate_fees_standing", "integrator_codes_pkey",
        "integrator_codes_referrer", "affiliate_withdrawals_once",
    ];

    private const string IndexesSql = """
        select w.name
        from unnest($1) as w (name)
        where not exists (
          select
          from pg_class c join pg_index i on i.indexrelid = c.oid
          where c.relname = w.name and c.relnamespace = 'public'::regnamespace and i.indisunique and i.indisvalid)
        """;

    private const string PrivilegesSql = """
        select format('%s may %s %s', current_user, lower(p.privilege), t.name)
        from unnest(array['transfers', 'entries', 'seals', 'audit_entries']) as t (name),
             unnest(array['UPDATE', 'DELETE', 'TRUNCATE']) as p (privilege)
        where has_table_privilege(t.name, p.privilege)
        """;

    public static async Task CheckAsync(NpgsqlConnection connection, DoctorTally tally, CancellationToken ct)
    {
        var missing = new List<string>();
        var powers = new List<string>();
        var load = new LoadBatch(connection);
        load.Query(IndexesSql, row => missing.Add($"{row.GetString(0)} is missing or invalid"), Param.Of(UniqueIndexes));
        load.Query(PrivilegesSql, row => powers.Add(row.GetString(0)));
        await load.RunAsync(ct);
        tally.Add("The unique keys that keep anything from happening twice are in force", "unique keys", UniqueIndexes.Length, DoctorVerdict.Broken, missing);
        tally.Add(
            "The server's role can add to the ledger and the audit log, and change nothing in them", "tables", 4, DoctorVerdict.Noted,
            powers.Count == 0 ? [] : [$"one role does all here, so only the seals protect what was written: {powers[0]}, and {powers.Count - 1} more"]);
        var unsafeSettings = await DatabaseSafety.CheckAsync(connection, ct);
        tally.Add(
            "PostgreSQL keeps what it acknowledged", "settings", DatabaseSafety.SettingsChecked, DoctorVerdict.Noted,
            [.. unsafeSettings.Select(setting => $"{setting.Setting} = {setting.Value}: {setting.Consequence}")]);
    }
}
