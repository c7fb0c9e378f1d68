using System.Diagnostics;
using System.Net;
using Npgsql;
using Tributary.Links;
using Tributary.Referrers;
using Tributary.Server.Tests.Support;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Redirect;

/// <summary>R24: what is changed through one node is so on the other within a second; without hearing of changes links go on answering.</summary>
public sealed class TwoNodesTests(PostgresFixture postgres)
{
    private static readonly TimeSpan ASecond = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task R24_a_moved_a_paused_and_an_archived_link_are_seen_on_the_other_node_within_a_second()
    {
        await using var one = await LinkSite.StartAsync(postgres);
        await using var two = await JoinAsync(one);
        var (shop, other) = await OpenAsync(one, two);
        var link = await MakeAsync(shop, "MOVE");
        (await other.LocationAsync("move")).ShouldContain("ref=MOVE");

        await ChangeAsync(shop, link, new LinkChange { Destination = new($"https://{shop.Site}/new") });
        await SeenAsync(async () => (await other.LocationAsync("move")).StartsWith($"https://{shop.Site}/new?ref=MOVE", StringComparison.Ordinal));
        await ChangeAsync(shop, link, new LinkChange { State = LinkState.Paused });
        await SeenAsync(async () => !(await other.LocationAsync("move")).Contains("ref=", StringComparison.Ordinal));

        (await other.LocationAsync("john20")).ShouldContain("ref=JOHN20");
        (await one.Get<ReferrerRegister>().MoveAsync(shop.Program, shop.PartnerId, ReferrerState.Archived, null, LinkSite.Operator, default)).Succeeded.ShouldBeTrue();
        await SeenAsync(async () => !(await other.LocationAsync("john20")).Contains("ref=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task R24_with_the_listening_connection_cut_links_go_on_answering_and_are_checked_when_it_is_back()
    {
        await using var one = await LinkSite.StartAsync(postgres);
        await using var two = await JoinAsync(one);
        var (shop, other) = await OpenAsync(one, two);
        var link = await MakeAsync(shop, "CUT");
        (await other.LocationAsync("cut")).ShouldContain("ref=CUT");

        var cut = Stopwatch.StartNew();
        var cuts = 0;
        var changed = false;
        while (cut.Elapsed < TimeSpan.FromSeconds(3))
        {
            cuts += await CutAsync(one);
            (await other.LocationAsync("cut")).ShouldStartWith($"https://{shop.Site}/");
            if (!changed && cut.Elapsed > ASecond)
            {
                await RetryAsync(() => ChangeAsync(shop, link, new LinkChange { Destination = new($"https://{shop.Site}/back") }));
                changed = true;
            }
        }
        cuts.ShouldBeGreaterThan(2);
        // The feed tries again after half a second.
        await SeenAsync(async () => (await other.LocationAsync("cut")).StartsWith($"https://{shop.Site}/back?ref=CUT", StringComparison.Ordinal), ASecond / 2);
    }

    /// <summary>A second node on the first one's database.</summary>
    private static Task<TestServer> JoinAsync(TestServer first) => TestServer.StartAsync(first.Get<PostgresConnections>(), settings: LinkSite.Configure);

    private static async Task<(LinkShop Shop, LinkShop Other)> OpenAsync(TestServer one, TestServer two)
    {
        var shop = await LinkSite.OpenAsync(one);
        for (var wait = 0; !two.Get<ChangeFeed>().IsCurrent && wait < 500; wait++)
            await Task.Delay(10);
        return (shop, new LinkShop(two, shop.Program, shop.Site, shop.PartnerId));
    }

    private static async Task<Link> MakeAsync(LinkShop shop, string key) =>
        (await shop.Server.Get<LinkRegister>().CreateAsync(shop.Program, new NewLink(shop.PartnerId, Key: key), LinkSite.Operator, default)).Value;

    private static async Task ChangeAsync(LinkShop shop, Link link, LinkChange change) =>
        (await shop.Server.Get<LinkRegister>().ChangeAsync(shop.Program, link.Id, change, LinkSite.Operator, default)).Succeeded.ShouldBeTrue();

    private static async Task SeenAsync(Func<Task<bool>> isSeen, TimeSpan more = default)
    {
        var waited = Stopwatch.StartNew();
        while (!await isSeen())
        {
            waited.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(ASecond + more));
            await Task.Delay(20);
        }
    }

    /// <summary>Ends the connections that ask for signs of life, on which both nodes listen.</summary>
    private static async Task<int> CutAsync(TestServer server)
    {
        var owner = new NpgsqlConnectionStringBuilder(server.Get<PostgresConnections>().Owner) { Pooling = false };
        await using var connection = new NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and query in ('select 1', 'listen tributary_changes')
            """,
            connection);
        return Convert.ToInt32(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A pooled connection may have been cut too.</summary>
    private static async Task RetryAsync(Func<Task> work)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (NpgsqlException) when (attempt < 20)
            {
                await Task.Delay(20);
            }
        }
    }
}

internal static class VisitedLinks
{
    /// <summary>Where a person who opens a partner's sub-domain is led.</summary>
    public static async Task<string> LocationAsync(this LinkShop shop, string partner)
    {
        var person = shop.Person();
        person["Host"] = $"{partner}.{shop.Site}";
        using var answer = await shop.VisitAsync(person);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        return answer.Headers.Location!.ToString();
    }
}
