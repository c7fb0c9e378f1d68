using Shouldly;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Links;

public sealed class LinkRegisterTests(PostgresFixture postgres) : IAsyncLifetime
{
    private TestDatabase database = null!;
    private LinkNode node = null!;
    private ReferralProgram program = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        node = new LinkNode(database);
        program = await node.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task PN_1_a_partner_has_exactly_one_link_unasked()
    {
        var partner = await node.PartnerAsync(program, key: "partner_123");
        (await node.AskAsync<long>("select count(*) from links where referrer_id = @Id and is_default", partner)).ShouldBe(1);
        var link = (await ListAsync(partner.Id)).ShouldHaveSingleItem();
        (link.Key, link.IsDefault, await node.UrlAsync(program, link)).ShouldBe(("JOHN20", true, "https://yoursite.com/?ref=JOHN20"));
    }

    [Fact]
    public async Task PN_5_a_link_with_a_destination_and_a_label()
    {
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://yoursite.com/special-offer", Label: "Black Friday"))).Value;
        (link.Destination, link.Label, link.State, link.ReferrerId).ShouldBe(("https://yoursite.com/special-offer", "Black Friday", LinkState.Active, partner.Id));
        (await node.UrlAsync(program, link)).ShouldBe($"https://yoursite.com/special-offer?ref={link.Key}");
        link.PublicId.ShouldBe(link.Key);
        (await node.AskAsync<long>("select count(*) from events where type = 'link.created'")).ShouldBe(1);
        (await node.AskAsync<long>("select count(*) from audit_entries where verb = 'link.created'")).ShouldBe(1);
    }

    [Fact]
    public async Task PN_6_a_link_with_parameters_in_all_its_forms()
    {
        var partner = await node.PartnerAsync(program);
        LinkParameter[] parameters = [new("utm_source", "partner"), new("utm_campaign", "summer2024")];
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "JOHN20B", Parameters: parameters))).Value;
        var urls = await node.UrlsAsync(program, link);
        urls.Query.ShouldBe("https://yoursite.com/?ref=JOHN20B&utm_source=partner&utm_campaign=summer2024");
        urls.Path.ShouldBeNull();
        urls.SubDomain.ShouldBe("https://john20b.yoursite.com");
        urls.Short.ShouldBe($"https://go.yoursite.com/{link.ShortCode}");
        link.ShortCode.ShouldMatch("^[2-9a-km-np-z]{6}$");
    }

    [Fact]
    public async Task PN_10_a_change_of_the_label_changes_the_label_only()
    {
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Label: "old", PublicId: "link_456", Destination: "https://yoursite.com/a"))).Value;
        var changed = (await node.ChangeAsync(program, link, new LinkChange { Label = new("new") })).Value;
        changed.ShouldBe(link with { Label = "new", Version = link.Version + 1, UpdatedAt = changed.UpdatedAt, Parameters = changed.Parameters });
        (await node.Links.FindAsync(program.Id, "link_456", default))!.Id.ShouldBe(link.Id);
        (await node.ChangeAsync(program, changed, new LinkChange { Label = new(null) })).Value.Label.ShouldBeNull();
    }

    [Fact]
    public async Task PN_11_a_deleted_link_is_gone_from_the_list_and_deleted_once()
    {
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, PublicId: "link_456"))).Value;
        (await node.Links.DeleteAsync(program, link.Id, LinkNode.Operator, default)).Value.State.ShouldBe(LinkState.Deleted);
        (await node.Links.DeleteAsync(program, link.Id, LinkNode.Operator, default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await ListAsync(partner.Id)).ShouldHaveSingleItem().IsDefault.ShouldBeTrue();
        (await ListAsync(partner.Id, LinkState.Deleted)).ShouldHaveSingleItem().Id.ShouldBe(link.Id);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: link.Key))).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
    }

    [Fact]
    public async Task PN_21_a_partners_id_and_codes_are_one_series_of_names()
    {
        await node.PartnerAsync(program, "JOHN20", "partner_123");
        (await node.Referrers.CreateAsync(program, new NewReferrer(ReferrerKind.Partner, "john20"), LinkNode.Operator, default))
            .Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.Referrers.CreateAsync(program, new NewReferrer(ReferrerKind.Partner, Code: "Partner_123"), LinkNode.Operator, default))
            .Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.PartnerAsync(program, "SAME", "same")).Key.ShouldBe("same");
    }

    [Fact]
    public async Task PN_25_a_key_in_another_letter_case_is_taken()
    {
        var partner = await node.PartnerAsync(program);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "john20"))).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "www"))).Problem.Code.ShouldBe(ProblemCode.InvalidValue);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "shop"))).Problem.Code.ShouldBe(ProblemCode.InvalidValue);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "x_y.z-1"))).Value.Key.ShouldBe("x_y.z-1");
    }

    [Fact]
    public async Task PN_26_of_32_who_want_one_key_one_gets_it()
    {
        var partner = await node.PartnerAsync(program);
        var other = await node.PartnerAsync(program, "OTHER");
        var made = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            n => node.CreateAsync(program, new NewLink(n % 2 == 0 ? partner.Id : other.Id, Key: n % 3 == 0 ? "SAME" : "same"))));
        made.Count(outcome => outcome.Succeeded).ShouldBe(1);
        made.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Problem.Code == ProblemCode.AlreadyExists);
        (await node.AskAsync<long>("select count(*) from links where upper(key) = 'SAME'")).ShouldBe(1);
    }

    [Fact]
    public async Task PN_27_drawn_keys_are_the_partners_and_there_is_a_limit()
    {
        program = (await node.Programs.UpdateAsync(
            program, new ProgramChange(Settings: new() { ["links"] = new System.Text.Json.Nodes.JsonObject { ["linkLimit"] = 40 } }), LinkNode.Operator, default)).Value;
        var partner = await node.PartnerAsync(program);
        var keys = new List<string>();
        for (var n = 0; n < 40; n++)
            keys.Add((await node.CreateAsync(program, new NewLink(partner.Id))).Value.Key);
        keys.ShouldAllBe(key => System.Text.RegularExpressions.Regex.IsMatch(key, "^JOHN20-[2-9a-km-np-z]{5}$"));
        keys.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(40);
        (await node.CreateAsync(program, new NewLink(partner.Id))).Problem.Code.ShouldBe(ProblemCode.LimitReached);
    }

    [Fact]
    public async Task PN_28_a_destination_decides_the_domain()
    {
        var partner = await node.PartnerAsync(program);
        var shop = (await node.Domains.ListAsync(program.Id, default)).Single(domain => domain.Address.Host == "shop.yoursite.com");
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://shop.yoursite.com/p"))).Value;
        link.DomainId.ShouldBe(shop.Id);
        (await node.CreateAsync(program, new NewLink(partner.Id, DomainNumber: shop.Number))).Value.DomainId.ShouldBe(shop.Id);
        (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://yoursite.com/p", DomainNumber: shop.Number)))
            .Problem.Field.ShouldBe("domainId");
        (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://evil.com"))).Problem.Code.ShouldBe(ProblemCode.DestinationRefused);
        (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://go.yoursite.com/x"))).Problem.Code.ShouldBe(ProblemCode.DestinationRefused);
        var moved = (await node.ChangeAsync(program, link, new LinkChange { Destination = new("https://yoursite.com/q") })).Value;
        (moved.DomainId, moved.Destination).ShouldBe((null, "https://yoursite.com/q"));
        (await node.UrlAsync(program, (await node.ChangeAsync(program, moved, new LinkChange { DomainNumber = new(shop.Number), Destination = new(null) })).Value))
            .ShouldBe($"https://shop.yoursite.com/?ref={link.Key}");
    }

    [Fact]
    public async Task PN_32_a_former_key_names_the_same_link_for_ever()
    {
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "SPRING"))).Value;
        var changed = (await node.ChangeAsync(program, link, new LinkChange { Key = "SUMMER" })).Value;
        changed.Key.ShouldBe("SUMMER");
        foreach (var key in new[] { "spring", "SUMMER" })
        {
            (await node.Links.FindAsync(program.Id, key, default))!.Id.ShouldBe(link.Id);
            (await node.VisitAsync($"https://{key}.yoursite.com/"))!.Target!.LinkId.ShouldBe(link.Id);
        }
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "Spring"))).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.ChangeAsync(program, changed, new LinkChange { Key = "spring" })).Value.Key.ShouldBe("spring");
    }

    [Fact]
    public async Task PN_32_a_partners_new_code_takes_the_default_link_along()
    {
        var partner = await node.PartnerAsync(program);
        (await node.Referrers.UpdateAsync(program, partner.Id, new ReferrerChange { Code = "JOHNNY" }, LinkNode.Operator, default)).Succeeded.ShouldBeTrue();
        var link = (await ListAsync(partner.Id)).ShouldHaveSingleItem();
        link.Key.ShouldBe("JOHNNY");
        (await node.Links.FindAsync(program.Id, "JOHN20", default))!.Id.ShouldBe(link.Id);
        (await node.Referrers.UpdateAsync(program, partner.Id, new ReferrerChange { Code = "www" }, LinkNode.Operator, default)).Succeeded.ShouldBeFalse();
    }

    [Fact]
    public async Task PN_35_exactly_one_link_is_the_default_one()
    {
        var partner = await node.PartnerAsync(program);
        var first = (await ListAsync(partner.Id)).Single();
        var other = (await node.CreateAsync(program, new NewLink(partner.Id, Key: "OTHER"))).Value;
        (await node.Links.DeleteAsync(program, first.Id, LinkNode.Operator, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await node.ChangeAsync(program, first, new LinkChange { IsDefault = false })).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await node.ChangeAsync(program, other, new LinkChange { IsDefault = true })).Value.IsDefault.ShouldBeTrue();
        (await ListAsync(partner.Id)).Select(link => (link.Key, link.IsDefault)).ShouldBe([("OTHER", true), ("JOHN20", false)]);
        // The former default link goes on counting what comes by its key.
        (await node.VisitAsync("https://john20.yoursite.com/"))!.Target!.LinkId.ShouldBe(first.Id);
        (await node.Links.DeleteAsync(program, first.Id, LinkNode.Operator, default)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task PN_35_two_who_move_the_default_at_once_leave_one()
    {
        var partner = await node.PartnerAsync(program);
        var links = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.CreateAsync(program, new NewLink(partner.Id))));
        var moved = await Task.WhenAll(links.Select(link => node.ChangeAsync(program, link.Value, new LinkChange { IsDefault = true })));
        moved.ShouldAllBe(outcome => outcome.Succeeded);
        (await node.AskAsync<long>("select count(*) from links where referrer_id = @Id and is_default", partner)).ShouldBe(1);
    }

    [Fact]
    public async Task A_direct_links_page_belongs_to_one_link()
    {
        var partner = await node.PartnerAsync(program);
        var wanted = new NewLink(partner.Id, DirectPage: "https://yoursite.com/john/?x=1", DirectRedirectUrl: "https://yoursite.com/welcome");
        var link = (await node.CreateAsync(program, wanted)).Value;
        link.DirectPage.ShouldBe("yoursite.com/john");
        (await node.CreateAsync(program, wanted)).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        var found = (await node.Table.FindByPageAsync(program.Id, "https://yoursite.com/john/?utm_source=a#b", default))!;
        (found.LinkId, found.Form, found.DirectRedirectUrl).ShouldBe((link.Id, LinkForm.Direct, "https://yoursite.com/welcome"));
        (await node.Table.FindByPageAsync(program.Id, "yoursite.com/jane", default)).ShouldBeNull();
        (await node.CreateAsync(program, new NewLink(partner.Id, DirectPage: "https://evil.com/john"))).Problem.Code.ShouldBe(ProblemCode.DestinationRefused);
    }

    [Fact]
    public async Task An_id_from_elsewhere_is_no_other_links_name()
    {
        var partner = await node.PartnerAsync(program);
        await node.CreateAsync(program, new NewLink(partner.Id, Key: "SPRING", PublicId: "old-7"));
        foreach (var taken in new[] { "old-7", "spring", "JOHN20" })
            (await node.CreateAsync(program, new NewLink(partner.Id, PublicId: taken))).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.CreateAsync(program, new NewLink(partner.Id, Key: "OLD-7"))).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
    }

    [Fact]
    public async Task A_customers_default_link_is_made_when_it_is_asked_for()
    {
        await using var connection = await database.OpenAsOwnerAsync();
        var customer = await node.AskAsync<long>("""
            with c as (insert into customers (program_id, merchant_id, created_at, updated_at) values (@Id, 'c1', now(), now()) returning customer_id),
            r as (insert into referrers (program_id, referrer_id, kind, customer_id, state, created_at, updated_at)
                  select @Id, customer_id, 'customer', customer_id, 'active', now(), now() from c returning referrer_id)
            insert into codes (program_id, referrer_id, code, canonical, folded, created_at)
            select @Id, referrer_id, 'Friend1', 'FRIEND1', 'FR1END1', now() from r returning referrer_id
            """, program);
        (await node.AskAsync<long>("select count(*) from links")).ShouldBe(0);
        var found = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => node.VisitAsync("https://friend1.yoursite.com/")));
        found.Select(answer => answer!.Target!.LinkId).Distinct().Count().ShouldBe(1);
        (await node.AskAsync<long>("select count(*) from links where referrer_id = @customer and is_default", new { customer })).ShouldBe(1);
        (await ListAsync(customer)).ShouldHaveSingleItem().Key.ShouldBe("Friend1");
    }

    private async Task<IReadOnlyList<Link>> ListAsync(long referrerId, LinkState? state = null) =>
        (await node.Links.ListAsync(program.Id, new LinkFilter(referrerId, state), new PageRequest(50), node.Clock.GetUtcNow(), default)).Items;
}
