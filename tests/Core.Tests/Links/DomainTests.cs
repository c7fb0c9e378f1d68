using System.Text.Json.Nodes;
using Shouldly;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>Domains and what proves them: partnero.md § 4.8.</summary>
public sealed class DomainTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly Caller Key = new("key:1", Trusted: true);

    private TestDatabase database = null!;
    private LinkNode node = null!;
    private ReferralProgram program = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        node = new LinkNode(database);
        program = (await node.Programs.CreateAsync(
            new NewProgram("Shop", "USD", Settings: Site("https://yoursite.com")), LinkNode.Operator, default)).Value.Program;
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task The_programmes_site_is_its_primary_domain()
    {
        var primary = (await ListAsync()).ShouldHaveSingleItem();
        (primary.IsPrimary, primary.Number, primary.State, primary.VerifiedBy).ShouldBe((true, 1, DomainState.Verified, DomainProof.Operator));
        program = (await node.Programs.UpdateAsync(program, new ProgramChange(Settings: Site("https://new.example:8443/shop")), LinkNode.Operator, default)).Value;
        (await ListAsync()).Select(domain => (domain.Address.Url, domain.Number, domain.IsPrimary))
            .ShouldBe([("https://new.example:8443/shop", 2, true), ("https://yoursite.com/", 1, false)]);
        program = (await node.Programs.UpdateAsync(program, new ProgramChange(Settings: Site("https://yoursite.com")), LinkNode.Operator, default)).Value;
        (await ListAsync()).Select(domain => (domain.Number, domain.IsPrimary)).ShouldBe([(1, true), (2, false)]);
    }

    [Fact]
    public async Task Where_sites_are_verified_a_site_builds_no_links_until_it_is()
    {
        await using var strict = new LinkNode(database, policy: new DomainPolicy(VerifySites: true));
        var made = (await strict.Programs.CreateAsync(new NewProgram("Strict", "USD", Settings: Site("https://theirs.example")), Key, default)).Value.Program;
        var partner = await strict.PartnerAsync(made);
        var link = (await strict.Links.FindDefaultAsync(made.Id, partner.Id, default))!;
        (await strict.UrlAsync(made, link)).ShouldBeNull();
        (await strict.CreateAsync(made, new NewLink(partner.Id, Destination: "https://theirs.example/a"))).Problem.Code.ShouldBe(ProblemCode.DestinationRefused);
        var domain = (await strict.Domains.ListAsync(made.Id, default)).Single();
        strict.Proofs.Files["https://theirs.example/.well-known/tributary.txt"] = domain.Token;
        (await strict.Verification.VerifyAsync(made, domain.Number, Key, default)).Value.VerifiedBy.ShouldBe(DomainProof.File);
        (await strict.UrlAsync(made, link)).ShouldBe("https://theirs.example/?ref=JOHN20");
    }

    [Fact]
    public async Task PN_38_an_unverified_host_redirects_nothing()
    {
        await node.PartnerAsync(program);
        var domain = (await node.Domains.AddAsync(program, new NewDomain(DomainKind.Short, "go.yoursite.com"), Key, default)).Value;
        domain.State.ShouldBe(DomainState.Unverified);
        (await node.VisitAsync("https://go.yoursite.com/JOHN20")).ShouldBeNull();
        (await node.Table.MayHaveCertificateAsync("go.yoursite.com", default)).ShouldBeFalse();
        (await node.Verification.VerifyAsync(program, domain.Number, Key, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        node.Proofs.Records["_tributary.go.yoursite.com"] = domain.Token;
        (await node.Verification.VerifyAsync(program, domain.Number, Key, default)).Value.VerifiedBy.ShouldBe(DomainProof.Dns);
        (await node.VisitAsync("https://go.yoursite.com/JOHN20"))!.Target.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_proof_is_looked_for_daily_and_missed_for_three_days_before_it_counts()
    {
        var domain = (await node.Domains.AddAsync(program, new NewDomain(DomainKind.Site, "shop.yoursite.com"), Key, default)).Value;
        node.Proofs.Records["_tributary.shop.yoursite.com"] = domain.Token;
        await node.Verification.VerifyAsync(program, domain.Number, Key, default);
        node.Proofs.Records.Clear();
        var states = new List<DomainState>();
        for (var day = 0; day < 5; day++)
        {
            node.Clock.Advance(TimeSpan.FromDays(1.01));
            await node.Verification.RunAsync(default);
            states.Add((await node.Domains.FindAsync(program.Id, domain.Number, default))!.State);
        }
        states.ShouldBe([DomainState.Verified, DomainState.Verified, DomainState.Verified, DomainState.Lapsed, DomainState.Lapsed]);
        node.Proofs.Records["_tributary.shop.yoursite.com"] = domain.Token;
        node.Clock.Advance(TimeSpan.FromDays(1.01));
        await node.Verification.RunAsync(default);
        (await node.Domains.FindAsync(program.Id, domain.Number, default))!.ShouldSatisfyAllConditions(
            found => found.State.ShouldBe(DomainState.Verified), found => found.FailingSince.ShouldBeNull());
    }

    [Fact]
    public async Task A_lapsed_domain_keeps_its_links_and_gets_no_new_ones()
    {
        var domain = await node.AddDomainAsync(program, DomainKind.Site, "shop.yoursite.com");
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, DomainNumber: domain.Number))).Value;
        await node.AskAsync<int>("update domains set state = 'lapsed' where domain_id = @Id", domain);
        (await node.UrlAsync(program, link)).ShouldBe($"https://shop.yoursite.com/?ref={link.Key}");
        (await node.CreateAsync(program, new NewLink(partner.Id, DomainNumber: domain.Number))).Succeeded.ShouldBeFalse();
        (await node.CreateAsync(program, new NewLink(partner.Id, Destination: "https://shop.yoursite.com/a"))).Succeeded.ShouldBeFalse();
    }

    [Theory]
    [InlineData("<html><head><script async src=\"https://r.example/t.js\" data-program=\"{id}\"></script>", true)]
    [InlineData("<SCRIPT src=/_t/t.js data-program='{id}'></SCRIPT>", true)]
    [InlineData("<script>po('settings'); po('program', '{id}', 'load');</script>", true)]
    [InlineData("<script src=/t.js data-program=OTHER123></script>", false)]
    [InlineData("<!-- <script data-program={id}></script> -->", false)]
    [InlineData("<p>&lt;script data-program={id}&gt; po('program', '{id}')</p><script>let a = 1</script>", false)]
    public async Task The_snippet_on_a_sites_front_page_proves_it(string page, bool proves)
    {
        var domain = (await node.Domains.AddAsync(program, new NewDomain(DomainKind.Site, "shop.yoursite.com"), Key, default)).Value;
        node.Proofs.Pages["https://shop.yoursite.com/"] = page.Replace("{id}", program.PublicId, StringComparison.Ordinal);
        (await node.Verification.VerifyAsync(program, domain.Number, Key, default)).Succeeded.ShouldBe(proves);
        (await node.Domains.FindAsync(program.Id, domain.Number, default))!.VerifiedBy.ShouldBe(proves ? DomainProof.Snippet : null);
        if (!proves)
            return;
        // Looked at again every day, as the other proofs are.
        node.Proofs.Pages.Clear();
        node.Clock.Advance(TimeSpan.FromDays(1.1));
        await node.Verification.RunAsync(default);
        (await node.Domains.FindAsync(program.Id, domain.Number, default))!.FailingSince.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_operator_vouches_and_the_audit_log_says_so()
    {
        await node.AddDomainAsync(program, DomainKind.Site, "shop.yoursite.com");
        (await node.AskAsync<long>("select count(*) from audit_entries where verb = 'domain.vouched' and subject = 'domain:shop.yoursite.com' and actor = 'cli'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_redirect_host_is_one_programmes_and_a_site_may_be_severals()
    {
        await node.AddDomainAsync(program, DomainKind.Short, "go.shared.example");
        var other = (await node.Programs.CreateAsync(new NewProgram("Other", "USD"), LinkNode.Operator, default)).Value.Program;
        var second = (await node.Domains.AddAsync(other, new NewDomain(DomainKind.Short, "go.shared.example"), Key, default)).Value;
        (await node.Domains.VouchAsync(other, second.Number, Key, default)).Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await node.AddDomainAsync(other, DomainKind.Site, "yoursite.com")).State.ShouldBe(DomainState.Verified);
    }

    [Fact]
    public async Task Numbers_are_never_used_again_and_domains_with_links_stay()
    {
        var domain = await node.AddDomainAsync(program, DomainKind.Site, "shop.yoursite.com");
        var partner = await node.PartnerAsync(program);
        var link = (await node.CreateAsync(program, new NewLink(partner.Id, DomainNumber: domain.Number))).Value;
        (await node.Domains.RemoveAsync(program, domain.Number, Key, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        await node.ChangeAsync(program, link, new LinkChange { DomainNumber = new(null) });
        (await node.Domains.RemoveAsync(program, domain.Number, Key, default)).Succeeded.ShouldBeTrue();
        (await node.Domains.RemoveAsync(program, domain.Number, Key, default)).Problem.Code.ShouldBe(ProblemCode.NotFound);
        (await node.Domains.RemoveAsync(program, 1, Key, default)).Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
        (await node.AddDomainAsync(program, DomainKind.Site, "shop.yoursite.com")).Number.ShouldBe(domain.Number + 1);
    }

    [Theory]
    [InlineData(DomainKind.Site, "yoursite.com", ProblemCode.AlreadyExists)]
    [InlineData(DomainKind.Short, "yoursite.com", ProblemCode.AlreadyExists)]
    [InlineData(DomainKind.Short, "go.yoursite.com:8443", ProblemCode.InvalidValue)]
    [InlineData(DomainKind.Short, "go.yoursite.com/a", ProblemCode.InvalidValue)]
    [InlineData(DomainKind.Wildcard, "203.0.113.7", ProblemCode.InvalidValue)]
    [InlineData(DomainKind.Short, "refer.example", ProblemCode.AlreadyExists)]
    [InlineData(DomainKind.Site, "*.yoursite.com", ProblemCode.InvalidValue)]
    [InlineData(DomainKind.Site, "ftp://yoursite.com", ProblemCode.InvalidValue)]
    [InlineData(DomainKind.Site, "", ProblemCode.MissingField)]
    public async Task What_cannot_be_a_domain_is_refused(DomainKind kind, string address, ProblemCode code) =>
        (await node.Domains.AddAsync(program, new NewDomain(kind, address), Key, default)).Problem.Code.ShouldBe(code);

    [Fact]
    public async Task A_site_may_be_the_base_of_sub_domain_links() =>
        (await node.Domains.AddAsync(program, new NewDomain(DomainKind.Wildcard, "yoursite.com"), Key, default)).Succeeded.ShouldBeTrue();

    private Task<IReadOnlyList<Domain>> ListAsync() => node.Domains.ListAsync(program.Id, default);

    private static JsonObject Site(string url) => new() { ["links"] = new JsonObject { ["site"] = url } };
}
