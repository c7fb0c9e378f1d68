using System.Globalization;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Bonuses for every N customers who qualified (money.md MO-41).</summary>
internal static class Milestones
{
    private const string OccasionSql = """
        select coalesce(max(occasion), 0)
        from rewards
        where program_id = $1 and cause = $2 and campaign_id = $3 and recipient_id = $4
        """;

    public const string StandingSql = $"""
        select {RewardRow.Columns}
        from rewards
        where program_id = $1 and campaign_id = $2 and recipient_id = $3 and cause = any($4) and state not in ('reversed', 'rejected')
        order by reward_id
        for update
        """;

    public static string CauseOf(long milestone) => string.Create(CultureInfo.InvariantCulture, $"milestone:{milestone}");

    /// <summary>One more than there ever was: a count that falls and rises again pays again, and never twice at a time.</summary>
    public static async Task<int> NextOccasionAsync(Transaction tx, long campaignId, long referrerId, long milestone, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(OccasionSql, tx.Connection)
        {
            Parameters = { Param.Of(tx.ProgramId), Param.Of(CauseOf(milestone)), Param.Of(campaignId), Param.Of(referrerId) },
        };
        return (int)(await command.ExecuteScalarAsync(ct))! + 1;
    }
}
