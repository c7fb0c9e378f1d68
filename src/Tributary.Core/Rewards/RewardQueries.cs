using System.Text;
using Npgsql;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Rewards;

/// <summary>Which rewards are asked for; a null member asks for any.</summary>
/// <param name="CustomerId">Whose act caused them.</param>
/// <param name="OrderKey">Our number of the order that caused them.</param>
public sealed record RewardFilter(
    long? RecipientId = null, long? CustomerId = null, long? OrderKey = null, RewardState? State = null, long? CampaignId = null);

public sealed class RewardQueries(Database database)
{
    private const string FindSql = $"select {Reward.Columns} from {Reward.From} where r.program_id = $1 and r.reward_id = $2";

    public async Task<Reward?> FindAsync(long programId, long rewardId, CancellationToken ct) =>
        (await ReadAsync(FindSql, [Param.Of(programId), Param.Of(rewardId)], ct)).SingleOrDefault();

    /// <summary>Newest first.</summary>
    public async Task<Page<Reward>> ListAsync(long programId, RewardFilter filter, PageRequest page, CancellationToken ct)
    {
        page = page.Clamp();
        var sql = new StringBuilder($"select {Reward.Columns} from {Reward.From} where r.program_id = $1");
        var parameters = new List<NpgsqlParameter> { Param.Of(programId) };
        And("r.recipient_id =", filter.RecipientId);
        And("r.customer_id =", filter.CustomerId);
        And("r.order_key =", filter.OrderKey);
        And("r.campaign_id =", filter.CampaignId);
        And("r.reward_id <", page.After?.Id);
        if (filter.State is { } state)
            AddCondition("r.state =", Param.Of(state.Text()));
        AddCondition("true order by r.reward_id desc limit", Param.Of(page.Size + 1));
        return page.Cut(await ReadAsync(sql.ToString(), parameters, ct), reward => new Cursor(reward.Id, reward.Id));

        void And(string condition, long? value)
        {
            if (value is { } number)
                AddCondition(condition, Param.Of(number));
        }

        void AddCondition(string condition, NpgsqlParameter value)
        {
            parameters.Add(value);
            sql.Append(" and ").Append(condition).Append(" $").Append(parameters.Count);
        }
    }

    private async Task<IReadOnlyList<Reward>> ReadAsync(string sql, List<NpgsqlParameter> parameters, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rewards = new List<Reward>();
        var load = new LoadBatch(connection);
        load.Query(sql, row => rewards.Add(Reward.Read(row)), [.. parameters]);
        await load.RunAsync(ct);
        return rewards;
    }
}
