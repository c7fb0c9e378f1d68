using Dapper;
using Tributary.Clicks;
using Tributary.Core.Tests.Orders;
using Tributary.Reporting.Analytics;

namespace Tributary.Core.Tests.Reporting.Analytics;

/// <summary>What a test says of a click; everything else is an ordinary one.</summary>
internal sealed record BookedClick(long LinkId, DateTimeOffset At)
{
    public Verdict Verdict { get; init; }
    public bool Unique { get; init; }
    public string Form { get; init; } = "short";
    public string? Country { get; init; } = "NO";
    public string? Device { get; init; } = "mobile";
    public string? ReferringHost { get; init; }
    public string? UtmSource { get; init; }
    public string? Address { get; init; }
    public long AgentId { get; init; } = 1;
    public Guid? VisitorKey { get; init; }

    /// <summary>The browser's own; null: it has none, and its key is the day's.</summary>
    public Guid? VisitorId { get; init; }
    public Verdict ButForAgent { get; init; }
}

/// <summary>Links and clicks of a shop's programme, written as their own code writes them: rows, counters of the day and hour, and a batch to fold.</summary>
internal sealed class ClickBook(Shop shop)
{
    private long batch;

    public Folding Folding { get; } = new(shop.Database, shop.Clock);

    public AnalyticsQuery Query { get; } = new(shop.Database, shop.Clock);

    public async Task<long> LinkAsync(long referrerId, long? domainId = null) => await shop.CountAsync($"""
        insert into links (program_id, public_id, referrer_id, domain_id, key, short_code, created_at, updated_at)
        values (1, 'lnk_' || gen_random_uuid(), {referrerId}, {(domainId is { } id ? $"{id}" : "null")}, 'k' || gen_random_uuid(), 's' || gen_random_uuid(), now(), now())
        returning link_id
        """);

    public async Task<long> DomainAsync(string host, bool primary = false) => await shop.CountAsync($"""
        insert into domains (program_id, number, kind, is_primary, host, token, state, created_at, updated_at)
        values (1, (select count(*) + 1 from domains where program_id = 1), 'site', {primary}, '{host}', 't', 'verified', now(), now())
        returning domain_id
        """);

    public async Task<Guid[]> WriteAsync(params BookedClick[] clicks)
    {
        batch++;
        var ids = clicks.Select(click => ClickId.New(click.At).Value).ToArray();
        await using var connection = await shop.Database.OpenAsync(CancellationToken.None);
        await using var scope = await connection.BeginTransactionAsync();
        for (var n = 0; n < clicks.Length; n++)
            await WriteAsync(connection, clicks[n], ids[n]);
        await connection.ExecuteAsync(
            """
            insert into click_batches (program_id, batch, clicks, first_click, last_click, committed_at)
            values (1, @batch, @count, @first, @last, @at)
            """,
            new { batch, count = clicks.Length, first = ids.Select(id => new ClickId(id)).Min().Value, last = ids.Select(id => new ClickId(id)).Max().Value, at = shop.Clock.GetUtcNow().UtcDateTime });
        await scope.CommitAsync();
        return ids;
    }

    private async Task WriteAsync(System.Data.IDbConnection connection, BookedClick click, Guid id)
    {
        var counted = CountedIn.Of(new ClickId(id).At, shop.Program.ZoneAt(new ClickId(id).At));
        var verdict = VerdictWords.Of(click.Verdict);
        await connection.ExecuteAsync(
            """
            insert into clicks (program_id, click_id, link_id, referrer_id, form, verdict, visitor_key, visitor_id, visitor_from, agent_id, country, device, browser,
                                system, address, referring_host, utm_source, flags, batch)
            values (1, @id, @LinkId, (select referrer_id from links where program_id = 1 and link_id = @LinkId), @Form, @verdict, @VisitorKey, @VisitorId, 'derived', @AgentId,
                    @Country, @Device, 'Firefox', 'Linux', @Address, @ReferringHost, @UtmSource, @flags, @batch)
            """,
            new { id, click.LinkId, click.Form, verdict, click.VisitorKey, click.VisitorId, click.AgentId, click.Country, click.Device, click.Address, click.ReferringHost, click.UtmSource, flags = (click.Unique ? 32 : 0) | (int)ButForAgent.Of(click.ButForAgent), batch });
        if (click is { Unique: true, VisitorKey: { } key })
            await connection.ExecuteAsync(
                "insert into unique_marks (program_id, link_id, visitor_key, first_click, last_used) values (1, @LinkId, @key, @id, @Day)",
                new { click.LinkId, key, id, counted.Day });
        await connection.ExecuteAsync(
            $"""
            insert into link_days as t (program_id, link_id, day, slot, requests, unique_clicks, valid{Column(verdict)}) values (1, @LinkId, @Day, 3, 1, @unique, @valid{Value(verdict)})
            on conflict (program_id, link_id, day, slot) do update set requests = t.requests + 1, unique_clicks = t.unique_clicks + @unique, valid = t.valid + @valid{Set(verdict)};
            insert into program_hours as t (program_id, hour, slot, requests, unique_clicks, valid{Column(verdict)}) values (1, @Hour, 3, 1, @unique, @valid{Value(verdict)})
            on conflict (program_id, hour, slot) do update set requests = t.requests + 1, unique_clicks = t.unique_clicks + @unique, valid = t.valid + @valid{Set(verdict)}
            """,
            new { click.LinkId, counted.Day, Hour = counted.Hour.UtcDateTime, unique = click.Unique ? 1 : 0, valid = click.Verdict == Verdict.Valid ? 1 : 0 });
    }

    private static string Column(string verdict) => verdict == "valid" ? "" : $", {verdict}";

    private static string Value(string verdict) => verdict == "valid" ? "" : ", 1";

    private static string Set(string verdict) => verdict == "valid" ? "" : $", {verdict} = t.{verdict} + 1";
}
