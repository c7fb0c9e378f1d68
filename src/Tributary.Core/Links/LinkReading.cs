using Dapper;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Links;

/// <summary>Reads links from the database as <see cref="LinkMemory"/> keeps them.</summary>
internal sealed class LinkReading(Database database, TimeProvider clock)
{
    private const string Columns = """
        l.link_id, l.key, coalesce(l.domain_id, 0)::int as domain_id, l.destination, l.parameters::text as parameters, l.state,
        l.limit_reached_at is not null as limit_reached, l.click_limit is not null as has_click_limit, l.direct_redirect_url,
        r.referrer_id, r.state as referrer_state
        """;

    private const string OfCodeSql = $"""
        select {Columns}, c.kind = 'short' as is_short_code, c.state = 'retired' as retired, least(l.expires_at, c.expires_at) as expires_at
        from codes c
        left join links l on l.program_id = c.program_id and l.link_id = coalesce(
          c.link_id,
          (select d.link_id from links d where d.program_id = c.program_id and d.referrer_id = c.referrer_id and d.is_default))
        join referrers r on r.program_id = c.program_id and r.referrer_id = coalesce(l.referrer_id, c.referrer_id)
        where c.program_id = @programId and c.canonical = @token and c.kind <> 'id'
        """;

    private const string OfPageSql = $"""
        select {Columns}, false as is_short_code, false as retired, l.expires_at
        from links l
        join referrers r on r.program_id = l.program_id and r.referrer_id = l.referrer_id
        where l.program_id = @programId and l.direct_page = @token and l.state <> 'deleted'
        """;

    private const string ProgramOfShortCodeSql = "select program_id from server_short_codes where short_code = @shortCode";

    /// <param name="token">Canonical.</param>
    public Task<KnownLink?> OfCodeAsync(long programId, string token, long tick, CancellationToken ct) =>
        WithinAsync(connection => OfCodeAsync(connection, programId, token, tick, ct), ct);

    /// <summary>By a short code of the whole server.</summary>
    public Task<KnownLink?> OfServerAsync(string token, long tick, CancellationToken ct) => WithinAsync(
        async connection =>
        {
            var shortCode = token.ToLowerInvariant();
            var programId = await connection.ExecuteScalarAsync<long?>(
                new CommandDefinition(ProgramOfShortCodeSql, new { shortCode }, cancellationToken: ct));
            return programId is { } found ? await OfCodeAsync(connection, found, token, tick, ct) : null;
        },
        ct);

    /// <param name="page">Host and path.</param>
    public Task<KnownLink?> OfPageAsync(long programId, string page, long tick, CancellationToken ct) =>
        WithinAsync(connection => ReadAsync(connection, OfPageSql, programId, page, tick, ct), ct);

    private async Task<KnownLink?> OfCodeAsync(NpgsqlConnection connection, long programId, string token, long tick, CancellationToken ct)
    {
        var row = await RowAsync(connection, OfCodeSql, programId, token, ct);
        if (row is { LinkId: null })
        {
            await DefaultLinks.EnsureAsync(connection, programId, row.ReferrerId, ct);
            row = await RowAsync(connection, OfCodeSql, programId, token, ct);
        }
        return row?.ToLink(programId, token, tick, SecondsNow());
    }

    private async Task<KnownLink?> ReadAsync(
        NpgsqlConnection connection, string sql, long programId, string token, long tick, CancellationToken ct) =>
        (await RowAsync(connection, sql, programId, token, ct))?.ToLink(programId, token, tick, SecondsNow());

    private static Task<ReadRow?> RowAsync(NpgsqlConnection connection, string sql, long programId, string token, CancellationToken ct) =>
        connection.QuerySingleOrDefaultAsync<ReadRow>(new CommandDefinition(sql, new { programId, token }, cancellationToken: ct));

    private Task<KnownLink?> WithinAsync(Func<NpgsqlConnection, Task<KnownLink?>> read, CancellationToken ct) =>
        Patience.WithinAsync(RunAsync(read, ct), clock, ct);

    private async Task<KnownLink?> RunAsync(Func<NpgsqlConnection, Task<KnownLink?>> read, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await read(connection);
    }

    public int SecondsNow() => (int)clock.GetElapsedTime(0).TotalSeconds;

    private sealed record ReadRow
    {
        public long? LinkId { get; init; }
        public string? Key { get; init; }
        public int DomainId { get; init; }
        public string? Destination { get; init; }
        public string? Parameters { get; init; }
        public string? State { get; init; }
        public bool LimitReached { get; init; }
        public bool HasClickLimit { get; init; }
        public string? DirectRedirectUrl { get; init; }
        public long ReferrerId { get; init; }
        public required string ReferrerState { get; init; }
        public bool IsShortCode { get; init; }
        public bool Retired { get; init; }
        public DateTimeOffset? ExpiresAt { get; init; }

        public KnownLink? ToLink(long programId, string token, long tick, int checkedAt) => LinkId is not { } linkId
            ? null
            : new KnownLink(token, Key!, LinkUrl.Encode(LinkRow.ReadParameters(Parameters!)), Destination, DirectRedirectUrl)
            {
                ProgramId = programId,
                LinkId = linkId,
                ReferrerId = ReferrerId,
                DomainId = DomainId,
                ExpiresAt = ExpiresAt is { } at ? (uint)Math.Clamp(at.ToUnixTimeSeconds(), 1, uint.MaxValue) : 0,
                State = StateNow(),
                IsShortCode = IsShortCode,
                HasClickLimit = HasClickLimit,
                Tick = tick,
                CheckedAt = checkedAt,
            };

        private LinkState StateNow() => LinkWords.StateOf(State!) switch
        {
            LinkState.Active when LimitReached || Retired => LinkState.Expired,
            LinkState.Active when ReferrerState != "active" => LinkState.ReferrerInactive,
            LinkState.Active => LinkState.Active,
            LinkState.Paused => LinkState.Paused,
            LinkState.Deleted => LinkState.Deleted,
            LinkState.Blocked => LinkState.Blocked,
            LinkState.Expired or LinkState.ReferrerInactive => throw new InvalidOperationException("A state that is never stored."),
        };
    }
}
