using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <summary>Somebody whom a customer referred.</summary>
/// <param name="Number">The friend's; the list is read in its order.</param>
/// <param name="IsActive">Whether the friend reached the last step.</param>
public sealed record ReferredFriend(
    long Number, string? MerchantId, string? Email, string? Mobile, JsonObject Attributes, DateTimeOffset CreatedAt, bool IsActive);

public sealed record ReferralCount(long Pending, long Active);

/// <summary>A step of a campaign that a friend has reached and that still stands.</summary>
public sealed record StepReached(long CustomerId, int Step, DateTimeOffset ReachedAt);

/// <summary>Whom a customer referred. Deleted friends are left out: there is no name to show.</summary>
public sealed class ReferralQueries(Database database)
{
    private const string ReferrerSql =
        """
        select i.customer_id
        from customer_ids i
        join customers c on c.program_id = i.program_id and c.customer_id = i.customer_id
        where i.program_id = @programId and i.merchant_id = @merchantId and c.deleted_at is null
        """;

    private const string FriendsSql = """
        select c.customer_id, c.merchant_id, c.email, c.mobile, c.attributes::text as attributes, c.created_at,
               a.status = 'active' as is_active
        from attributions a
        join customers c on c.program_id = a.program_id and c.customer_id = a.customer_id
        where a.program_id = @programId and a.referrer_id = @referrer and a.state = 'standing' and a.customer_id > @after
          and c.deleted_at is null
        order by a.customer_id
        limit @rows
        """;

    private const string CountSql = """
        select count(*) filter (where a.status = 'pending') as pending, count(*) filter (where a.status = 'active') as active
        from attributions a
        join customers c on c.program_id = a.program_id and c.customer_id = a.customer_id
        where a.program_id = @programId and a.referrer_id = @referrer and a.state = 'standing' and c.deleted_at is null
        """;

    private const string StepsSql = """
        select customer_id, step, reached_at
        from step_progress
        where program_id = @programId and campaign_id = @campaignId and customer_id = any(@friends) and undone_at is null
        """;

    /// <summary>A page in the order of the friends' numbers; null when the customer is unknown.</summary>
    public async Task<Page<ReferredFriend>?> FriendsAsync(long programId, string merchantId, long after, int size, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (await FindReferrerAsync(connection, programId, merchantId, ct) is not { } referrer)
            return null;
        var rows = await connection.QueryAsync<FriendRow>(
            new CommandDefinition(FriendsSql, new { programId, referrer, after, rows = size + 1 }, cancellationToken: ct));
        var friends = rows.Select(row => row.ToFriend()).ToList();
        return new PageRequest(size).Cut(friends, friend => new Cursor(friend.Number, friend.Number));
    }

    /// <summary>Null when the customer is unknown.</summary>
    public async Task<ReferralCount?> CountAsync(long programId, string merchantId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        if (await FindReferrerAsync(connection, programId, merchantId, ct) is not { } referrer)
            return null;
        return await connection.QuerySingleAsync<ReferralCount>(
            new CommandDefinition(CountSql, new { programId, referrer }, cancellationToken: ct));
    }

    /// <summary>Which steps of a campaign the given friends have reached.</summary>
    public async Task<ILookup<long, StepReached>> StepsAsync(
        long programId, long campaignId, IReadOnlyList<long> friends, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var rows = await connection.QueryAsync<StepReached>(
            new CommandDefinition(StepsSql, new { programId, campaignId, friends = friends.ToArray() }, cancellationToken: ct));
        return rows.ToLookup(row => row.CustomerId);
    }

    private static Task<long?> FindReferrerAsync(
        Npgsql.NpgsqlConnection connection, long programId, string merchantId, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<long?>(
            new CommandDefinition(ReferrerSql, new { programId, merchantId }, cancellationToken: ct));

    private sealed record FriendRow
    {
        public long CustomerId { get; init; }
        public string? MerchantId { get; init; }
        public string? Email { get; init; }
        public string? Mobile { get; init; }
        public required string Attributes { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public bool IsActive { get; init; }

        public ReferredFriend ToFriend() =>
            new(CustomerId, MerchantId, Email, Mobile, (JsonObject)JsonNode.Parse(Attributes)!, CreatedAt, IsActive);
    }
}
