using System.Text.Json.Nodes;
using Dapper;
using Npgsql;
using Shouldly;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>What visitors of redirect hosts meet: partnero.md § 4.1, 4.3, 4.6.</summary>
public sealed class LinkTableTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private LinkNode node = null!;
    private ReferralProgram program = null!;
    private Referrer partner = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        node = new LinkNode(database, shortAddress: SiteAddress.Parse("http://localhost:5080").Value);
        program = await node.OpenAsync();
        partner = await node.PartnerAsync(program);
        await node.BecomeCurrentAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Theory]
    [InlineData("https://john20.yoursite.com", LinkForm.SubDomain)]
    [InlineData("https://JOHN20.yoursite.com./", LinkForm.SubDomain)]
    [InlineData("https://go.yoursite.com/JOHN20", LinkForm.Short)]
    [InlineData("https://go.yoursite.com/john20).", LinkForm.Short)]
    [InlineData("https://go.yoursite.com/%6Aohn20/", LinkForm.Short)]
    [InlineData("https://go.yoursite.com/?x=1&via=JOHN20", LinkForm.Query)]
    public async Task PN_3_and_4_every_form_leads_to_the_link(string url, LinkForm form)
    {
        var target = (await node.VisitAsync(url))!.Target!;
        (target.ReferrerId, target.Form, target.State, target.Code).ShouldBe((partner.Id, form, LinkState.Active, "JOHN20"));
        target.Location("", "id").ShouldBe("https://yoursite.com/?ref=JOHN20&trb_click=id");
        target.LocationWithoutCode("?ref=x").ShouldBe("https://yoursite.com/");
    }

    [Fact]
    public async Task CL6_a_wildcard_does_not_take_the_servers_own_host()
    {
        (await node.Table.FindHostAsync("refer.yoursite.com", default)).ShouldBeNull();
        (await node.Table.FindHostAsync("other.yoursite.com", default))!.Kind.ShouldBe(RedirectHostKind.Wildcard);
    }

    [Fact]
    public async Task PN_4_a_short_code_is_good_on_both_short_hosts_and_nowhere_else()
    {
        var link = (await node.CreateAsync(program, new NewLink(partner.Id))).Value;
        foreach (var host in new[] { "https://go.yoursite.com", "http://localhost:5080" })
            (await node.VisitAsync($"{host}/{link.ShortCode.ToUpperInvariant()}"))!.Target!.LinkId.ShouldBe(link.Id);
        (await node.VisitAsync($"https://{link.ShortCode}.yoursite.com/"))!.Target.ShouldBeNull();
        (await node.VisitAsync("http://localhost:5080/JOHN20"))!.Target.ShouldBeNull();
        (await node.Table.FindByTokenAsync(program.Id, link.ShortCode, LinkForm.Query, default)).ShouldBeNull();
        (await node.Table.FindByTokenAsync(program.Id, link.Key, LinkForm.Query, default))!.LinkId.ShouldBe(link.Id);
    }

    [Theory]
    [InlineData("https://go.yoursite.com/")]
    [InlineData("https://go.yoursite.com/JOHN20/more")]
    [InlineData("https://go.yoursite.com/nobody")]
    [InlineData("https://nobody.yoursite.com/")]
    [InlineData("https://go.yoursite.com/more?ref=JOHN20")]
    public async Task What_names_nobody_is_not_found(string url)
    {
        var answer = (await node.VisitAsync(url))!;
        answer.Target.ShouldBeNull();
        answer.Program!.Program.Id.ShouldBe(program.Id);
    }

    [Theory]
    [InlineData("https://yoursite.com/")]
    [InlineData("https://shop.yoursite.com/")]
    [InlineData("https://evil.com/")]
    [InlineData("https://a.john20.yoursite.com/")]
    [InlineData("https://go.yoursite.com.evil.com/")]
    public async Task PN_38_other_hosts_are_none_of_ours(string url) => (await node.VisitAsync(url)).ShouldBeNull();

    [Fact]
    public async Task PN_31_a_sub_domain_keeps_its_path()
    {
        (await node.VisitAsync("https://john20.yoursite.com/a/../b//c?q=1"))!.Target!.Location("?q=1", null)
            .ShouldBe("https://yoursite.com/b/c?ref=JOHN20&q=1");
        var wildcard = (await node.Domains.ListAsync(program.Id, default)).Single(domain => domain.Kind == DomainKind.Wildcard);
        await node.Domains.ChangeAsync(program, wildcard.Number, new DomainOptions(KeepPath: false), LinkNode.Operator, default);
        (await node.VisitAsync("https://john20.yoursite.com/b"))!.Target.ShouldBeNull();
    }

    [Fact]
    public async Task A_site_that_passes_links_by_path_on_is_answered()
    {
        await node.Domains.ChangeAsync(program, 1, new DomainOptions(PathLinks: true), LinkNode.Operator, default);
        var target = (await node.VisitAsync("https://yoursite.com/ref/john20"))!.Target!;
        (target.Form, target.LinkId).ShouldBe((LinkForm.Path, (await node.VisitAsync("https://john20.yoursite.com"))!.Target!.LinkId));
        (await node.VisitAsync("https://yoursite.com/?ref=JOHN20"))!.Target.ShouldBeNull();
        (await node.VisitAsync("https://yoursite.com/other/JOHN20"))!.Target.ShouldBeNull();
        (await node.UrlsAsync(program, (await node.Links.FindAsync(program.Id, "JOHN20", default))!)).Path.ShouldBe("https://yoursite.com/ref/JOHN20");
    }

    [Fact]
    public async Task The_state_of_link_and_referrer_is_met_by_visitors()
    {
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "LIFE", ExpiresAt: node.Clock.GetUtcNow().AddDays(1)))).Value;
        await StateOf("https://life.yoursite.com").ShouldBe(LinkState.Active);
        link = (await node.ChangeAsync(program, link, new LinkChange { State = LinkState.Paused })).Value;
        await StateOf("https://life.yoursite.com").ShouldBe(LinkState.Paused);
        await node.ChangeAsync(program, link, new LinkChange { State = LinkState.Active });
        node.Clock.Advance(TimeSpan.FromDays(2));
        await StateOf("https://life.yoursite.com").ShouldBe(LinkState.Expired);
        await node.Links.BlockAsync(program, link.Id, "spam", LinkNode.Operator, default);
        await StateOf("https://life.yoursite.com").ShouldBe(LinkState.Blocked);
        (await node.ChangeAsync(program, link, new LinkChange { State = LinkState.Active })).Succeeded.ShouldBeFalse();
        await node.Links.UnblockAsync(program, link.Id, null, LinkNode.Operator, default);
        await node.Links.DeleteAsync(program, link.Id, LinkNode.Operator, default);
        await StateOf("https://life.yoursite.com").ShouldBe(LinkState.Deleted);
        await node.Referrers.MoveAsync(program, partner.Id, ReferrerState.Suspended, null, LinkNode.Operator, default);
        await StateWithinASecondAsync("https://john20.yoursite.com", LinkState.ReferrerInactive);
    }

    [Fact]
    public async Task CL_65_a_change_is_seen_on_every_node_within_a_second()
    {
        await using var other = new LinkNode(database, node.Clock);
        await other.BecomeCurrentAsync();
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "MOVE"))).Value;
        (await other.VisitAsync("https://move.yoursite.com"))!.Target!.Location("", null).ShouldBe("https://yoursite.com/?ref=MOVE");
        await node.ChangeAsync(program, link, new LinkChange { Destination = new("https://yoursite.com/new") });
        await WithinASecondAsync(async () =>
            (await other.VisitAsync("https://move.yoursite.com"))!.Target!.Location("", null) == "https://yoursite.com/new?ref=MOVE");
        program = (await node.Programs.UpdateAsync(
            program, new ProgramChange(Settings: new JsonObject { ["links"] = new JsonObject { ["parameter"] = "friend" } }), LinkNode.Operator, default)).Value;
        await WithinASecondAsync(async () =>
            (await other.VisitAsync("https://move.yoursite.com"))!.Target!.Location("", null) == "https://yoursite.com/new?friend=MOVE");
        await node.AddDomainAsync(program, DomainKind.Short, "s.example");
        await WithinASecondAsync(async () => (await other.VisitAsync("https://s.example/MOVE"))?.Target is not null);
    }

    [Fact]
    public async Task R18_what_is_in_memory_is_answered_without_a_database()
    {
        var url = "https://john20.yoursite.com/";
        (await node.VisitAsync(url))!.Target.ShouldNotBeNull();
        await using (var owner = new NpgsqlConnection(database.Connections.Owner))
        {
            await owner.OpenAsync();
            await owner.ExecuteAsync("alter table links rename to links_away; alter table codes rename to codes_away; alter table programs rename to programs_away; alter table redirect_hosts rename to hosts_away");
        }
        for (var visit = 0; visit < 50; visit++)
            (await node.VisitAsync(url))!.Target!.State.ShouldBe(LinkState.Active);
        await Should.ThrowAsync<PostgresException>(async () => await node.VisitAsync("https://go.yoursite.com/never-asked"));
    }

    [Fact]
    public async Task R18_a_database_that_hangs_holds_up_no_visitor()
    {
        await using var cut = new LinkNode(database, node.Clock, listens: false);
        (await cut.VisitAsync("https://john20.yoursite.com/"))!.Target.ShouldNotBeNull();
        await using var owner = await database.OpenAsOwnerAsync();
        await using var hanging = await owner.BeginTransactionAsync();
        await owner.ExecuteAsync("lock table links, codes, programs, domains, redirect_hosts in access exclusive mode");
        for (var visit = 0; visit < 20; visit++)
        {
            // Beyond the five seconds after which what is known would be read again.
            await Task.Delay(TimeSpan.FromMilliseconds(350));
            var watch = System.Diagnostics.Stopwatch.StartNew();
            (await cut.VisitAsync("https://john20.yoursite.com/"))!.Target!.State.ShouldBe(LinkState.Active);
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMilliseconds(500));
        }
    }

    [Fact]
    public async Task R24_without_hearing_of_changes_what_is_asked_for_is_read_again_aside()
    {
        await using var cut = new LinkNode(database, node.Clock, listens: false);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "ASIDE"))).Value;
        (await cut.VisitAsync("https://aside.yoursite.com"))!.Target!.State.ShouldBe(LinkState.Active);
        await node.ChangeAsync(program, link, new LinkChange { State = LinkState.Paused });
        (await cut.VisitAsync("https://aside.yoursite.com"))!.Target!.State.ShouldBe(LinkState.Active);
        await Task.Delay(TimeSpan.FromSeconds(5));
        await WithinASecondAsync(async () => (await cut.VisitAsync("https://aside.yoursite.com"))!.Target!.State == LinkState.Paused);
    }

    [Fact]
    public async Task An_unknown_code_is_asked_for_once_a_second_and_found_when_it_comes()
    {
        (await node.VisitAsync("https://soon.yoursite.com"))!.Target.ShouldBeNull();
        await node.CreateAsync(program, new NewLink(partner.Id, Key: "SOON"));
        (await node.VisitAsync("https://soon.yoursite.com"))!.Target.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_programme_without_a_site_leads_nowhere_but_to_chosen_destinations()
    {
        var bare = (await node.Programs.CreateAsync(new NewProgram("Bare", "USD"), LinkNode.Operator, default)).Value.Program;
        await node.AddDomainAsync(bare, DomainKind.Short, "go.bare.example");
        await node.PartnerAsync(bare);
        var answer = (await node.VisitAsync("https://go.bare.example/JOHN20"))!;
        (answer.Target, answer.Token).ShouldBe((null, "JOHN20"));
    }

    [Fact]
    public async Task N10_the_page_for_unknown_codes_lies_on_a_listed_domain()
    {
        await SetNotFoundAsync("https://evil.com/lost");
        (await node.VisitAsync("https://go.yoursite.com/nobody"))!.Program!.NotFoundUrl.ShouldBeNull();
        await SetNotFoundAsync("https://shop.yoursite.com/lost");
        await WithinASecondAsync(async () => (await node.VisitAsync("https://go.yoursite.com/nobody2"))!.Program!.NotFoundUrl == "https://shop.yoursite.com/lost");
    }

    [Fact]
    public async Task PN_38_certificates_are_for_hosts_and_codes_that_are_known()
    {
        foreach (var host in new[] { "go.yoursite.com", "john20.yoursite.com", "localhost" })
            (await node.Table.MayHaveCertificateAsync(host, default)).ShouldBeTrue(host);
        foreach (var host in new[] { "nobody.yoursite.com", "evil.com", "shop.yoursite.com", "a.b.yoursite.com" })
            (await node.Table.MayHaveCertificateAsync(host, default)).ShouldBeFalse(host);
    }

    [Fact]
    public void Memory_is_bounded_and_keeps_what_is_used()
    {
        var memory = new LinkMemory(640);
        memory.Keep(1, "HOT", Known("HOT"));
        for (var n = 0; n < 10_000; n++)
        {
            memory.Keep(1, $"T{n}", Known($"T{n}"));
            memory.Find(1, "HOT").ShouldNotBeNull();
        }
        memory.Count.ShouldBeLessThanOrEqualTo(640);
        memory.Find(2, "HOT").ShouldBeNull();
    }

    [Fact]
    public void CL65_a_link_comes_out_of_memory_as_it_went_in()
    {
        var memory = new LinkMemory(640);
        var link = new KnownLink("TOKEN", "Token", "utm_source=a%20b", "https://shop.example/a?b=c", null)
        {
            ProgramId = long.MaxValue, LinkId = 128, ReferrerId = 127, DomainId = int.MaxValue, ExpiresAt = uint.MaxValue,
            State = LinkState.ReferrerInactive, IsShortCode = true, HasClickLimit = true, Tick = 1L << 40, CheckedAt = int.MaxValue,
        };
        memory.Keep(1, "TOKEN", link);
        memory.Find(1, "TOKEN").ShouldBe(link);
        memory.NoteCheck(1, "TOKEN", 7);
        memory.Find(1, "TOKEN").ShouldBe(link with { CheckedAt = 7 });
        memory.Keep(1, "TOKEN", link with { IsShortCode = false, Destination = null, DirectRedirectUrl = "https://shop.example" });
        memory.Find(1, "TOKEN").ShouldBe(link with { IsShortCode = false, Destination = null, DirectRedirectUrl = "https://shop.example" });
    }

    private static KnownLink Known(string token) => new(token, token, "", null, null)
    {
        ProgramId = 1, LinkId = 1, ReferrerId = 1, DomainId = 0, ExpiresAt = 0, State = LinkState.Active, IsShortCode = false, HasClickLimit = false, Tick = 0, CheckedAt = 0,
    };

    private async Task SetNotFoundAsync(string url) => program = (await node.Programs.UpdateAsync(
        program, new ProgramChange(Settings: new JsonObject { ["links"] = new JsonObject { ["notFoundUrl"] = url } }), LinkNode.Operator, default)).Value;

    private StateQuestion StateOf(string url) => new(async () => (await node.VisitAsync(url))!.Target!.State);

    private Task StateWithinASecondAsync(string url, LinkState state) =>
        WithinASecondAsync(async () => (await node.VisitAsync(url))!.Target!.State == state);

    private static async Task WithinASecondAsync(Func<Task<bool>> holds)
    {
        for (var wait = 0; wait < 200; wait++)
        {
            if (await holds())
                return;
            await Task.Delay(10);
        }
        (await holds()).ShouldBeTrue();
    }

    private sealed record StateQuestion(Func<Task<LinkState>> Ask)
    {
        public async Task ShouldBe(LinkState state) => (await Ask()).ShouldBe(state);
    }
}
