using System.Net;
using Tributary.Clicks;
using Tributary.Clicks.Agents;
using Tributary.Programs;

namespace Tributary.Core.Tests.Clicks;

/// <summary>One request per rule that this rule alone refuses (CL-16), and the order of the rules.</summary>
public sealed class VerdictRulesTests
{
    private static readonly AgentTable Agents = new(AgentLists.Load(null));
    private static readonly AgentFacts Browser =
        Agents.Of("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36");

    private static readonly ClickRequest Person = new()
    {
        Agent = Browser,
        HasAcceptLanguage = true,
        FetchDest = "document",
        FetchMode = "navigate",
        ReferringHost = "blog.example",
        Address = IPAddress.Parse("203.0.113.9"),
        Country = "NO",
    };

    private static readonly ClickRules Usual = new(new ClickSettings(), SourceLists.Embedded);

    private static readonly ClickRules Strict = new(
        new ClickSettings
        {
            IgnorePaidAds = true,
            BlockedHosts = ["bad.example", "*.worse.example"],
            BlockedCountries = ["KP"],
            BlockedNetworks = ["198.51.100.0/24", "2001:db8:bad::/48"],
        },
        SourceLists.Embedded);

    /// <summary>In the order in which they are judged, each with what makes it fit.</summary>
    private static readonly (Verdict Verdict, Func<ClickRequest, ClickRequest> Make)[] Rules =
    [
        (Verdict.Head, request => request with { IsHead = true }),
        (Verdict.Preview, request => request with { SecPurpose = "prefetch;prerender" }),
        (Verdict.Bot, request => request with { Agent = Agents.Of("Googlebot/2.1") }),
        (Verdict.NotNavigation, request => request with { FetchDest = "iframe" }),
        (Verdict.LinkPaused, request => request with { Refusal = Verdict.LinkPaused }),
        (Verdict.Automation, request => request with { HasAcceptLanguage = false }),
        (Verdict.Scanner, request => request with { ReferringHost = "www.virustotal.com" }),
        (Verdict.PaidAds, request => request with { FromAdvertisement = true }),
        (Verdict.SourceBlocked, request => request with { Country = "KP" }),
        (Verdict.Self, request => request with { IsReferrersOwn = true }),
        (Verdict.Flood, request => request with { IsFlood = true }),
    ];

    [Fact]
    public void CL12_a_persons_request_is_valid_with_and_without_fetch_metadata()
    {
        VerdictRules.Judge(Person, Strict).ShouldBe(Verdict.Valid);
        VerdictRules.Judge(Person with { FetchDest = null, FetchMode = null }, Strict).ShouldBe(Verdict.Valid);
    }

    [Fact]
    public void CL16_each_rule_refuses_a_request_that_no_other_refuses()
    {
        foreach (var (verdict, make) in Rules)
            VerdictRules.Judge(make(Person), Strict).ShouldBe(verdict);
    }

    [Fact]
    public void The_first_rule_that_fits_wins()
    {
        for (var first = 0; first < Rules.Length; first++)
            for (var second = first + 1; second < Rules.Length; second++)
                VerdictRules.Judge(Rules[second].Make(Rules[first].Make(Person)), Strict).ShouldBe(Rules[first].Verdict);
    }

    [Theory]
    [InlineData("prefetch", null, null, null)]
    [InlineData("prefetch;anonymous-client-ip", null, null, null)]
    [InlineData(null, "prefetch", null, null)]
    [InlineData(null, null, "prefetch", null)]
    [InlineData(null, null, null, "preview")]
    public void Rule2_a_page_loaded_ahead_is_a_preview(string? secPurpose, string? purpose, string? xMoz, string? xPurpose)
    {
        var request = Person with { SecPurpose = secPurpose, Purpose = purpose, XMoz = xMoz, XPurpose = xPurpose };
        VerdictRules.Judge(request, Usual).ShouldBe(Verdict.Preview);
        VerdictRules.IsSpeculative(request).ShouldBe(xPurpose is null);
    }

    [Fact]
    public void Rule3_a_driven_page_is_a_bot() => VerdictRules.Judge(Person with { WebDriver = true }, Usual).ShouldBe(Verdict.Bot);

    [Theory]
    [InlineData("image", "navigate", false)]
    [InlineData("document", "no-cors", false)]
    [InlineData("", "navigate", false)]
    [InlineData(null, null, true)]
    public void Rule4_what_is_no_navigation_does_not_count(string? dest, string? mode, bool framed) =>
        VerdictRules.Judge(Person with { FetchDest = dest, FetchMode = mode, Framed = framed }, Usual).ShouldBe(Verdict.NotNavigation);

    [Theory]
    [InlineData(Verdict.Blocked)]
    [InlineData(Verdict.LinkDeleted)]
    [InlineData(Verdict.LinkPaused)]
    [InlineData(Verdict.LinkExpired)]
    [InlineData(Verdict.ReferrerInactive)]
    public void Rule5_the_state_of_link_and_referrer_is_heeded(Verdict refusal) =>
        VerdictRules.Judge(Person with { Refusal = refusal }, Usual).ShouldBe(refusal);

    [Theory]
    [InlineData("urlscan.io", Verdict.Scanner)]
    [InlineData("pro.urlscan.io", Verdict.Scanner)]
    [InlineData("noturlscan.io", Verdict.Valid)]
    [InlineData("nam02.safelinks.protection.outlook.com", Verdict.Valid)]
    [InlineData("mail.google.com", Verdict.Valid)]
    [InlineData(null, Verdict.Valid)]
    public void Rule7_scanners_are_known_by_their_host(string? host, Verdict verdict) =>
        VerdictRules.Judge(Person with { ReferringHost = host }, Usual).ShouldBe(verdict);

    [Fact]
    public void Rule8_is_off_unless_the_programme_wants_it()
    {
        foreach (var request in new[] { Person with { FromAdvertisement = true }, Person with { Country = "KP" }, Person with { ReferringHost = "bad.example" } })
            VerdictRules.Judge(request, Usual).ShouldBe(Verdict.Valid);
    }

    [Theory]
    [InlineData("?ref=a&gclid=1", true)]
    [InlineData("?gclid=1&gad_campaignid=777", true)]
    [InlineData("?gclid=1&gad_campaignid=4711", false)]
    [InlineData("?gad_source=1&utm_id=spring%20sale", false)]
    [InlineData("?utm_id=777", false)]
    [InlineData("?fbclid=1", false)]
    public void F14_the_merchants_own_campaigns_are_no_advertisements_of_others(string query, bool isOne) =>
        new ClickRules(new ClickSettings { OwnAdCampaigns = ["4711", "spring sale"] }, SourceLists.Embedded).IsAdvertisement(query).ShouldBe(isOne);

    [Theory]
    [InlineData("bad.example", "203.0.113.9", Verdict.SourceBlocked)]
    [InlineData("a.bad.example", "203.0.113.9", Verdict.Valid)]
    [InlineData("a.b.worse.example", "203.0.113.9", Verdict.SourceBlocked)]
    [InlineData("worse.example", "203.0.113.9", Verdict.Valid)]
    [InlineData(null, "198.51.100.200", Verdict.SourceBlocked)]
    [InlineData(null, "198.51.101.1", Verdict.Valid)]
    [InlineData(null, "2001:db8:bad:1::5", Verdict.SourceBlocked)]
    [InlineData(null, "2001:db8:bae::5", Verdict.Valid)]
    public void F15_sources_are_banned_by_host_and_network(string? host, string address, Verdict verdict) =>
        VerdictRules.Judge(Person with { ReferringHost = host, Address = IPAddress.Parse(address) }, Strict).ShouldBe(verdict);

    [Fact]
    public void Rule10_addresses_of_data_centres_are_an_operators_list()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-lists-").FullName;
        try
        {
            File.WriteAllLines(Path.Combine(folder, "datacenters.txt"), ["203.0.113.0/28", "192.0.2.7", "2001:db8::/32"]);
            File.WriteAllLines(Path.Combine(folder, "scanners.txt"), ["scan.example"]);
            var loaded = new ClickRules(new ClickSettings(), SourceLists.Load(folder));
            VerdictRules.Judge(Person, loaded).ShouldBe(Verdict.Datacenter);
            VerdictRules.Judge(Person with { Address = IPAddress.Parse("192.0.2.7") }, loaded).ShouldBe(Verdict.Datacenter);
            VerdictRules.Judge(Person with { Address = IPAddress.Parse("2001:db8::1") }, loaded).ShouldBe(Verdict.Datacenter);
            VerdictRules.Judge(Person with { Address = IPAddress.Parse("203.0.113.16") }, loaded).ShouldBe(Verdict.Valid);
            VerdictRules.Judge(Person with { Address = null }, loaded).ShouldBe(Verdict.Valid);
            VerdictRules.Judge(Person with { ReferringHost = "scan.example" }, loaded).ShouldBe(Verdict.Scanner);
            VerdictRules.Judge(Person, Usual).ShouldBe(Verdict.Valid);
            // Data centre stands before flood.
            VerdictRules.Judge(Person with { IsFlood = true }, loaded).ShouldBe(Verdict.Datacenter);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("gclid=1", true)]
    [InlineData("?a=1&GAD_SOURCE=2", true)]
    [InlineData("gad_campaignid=2", true)]
    [InlineData("gbraid=2", true)]
    [InlineData("wbraid=2", true)]
    [InlineData("fb_action_ids=2", true)]
    [InlineData("msclkid=2", true)]
    [InlineData("twclid=2", true)]
    [InlineData("li_fat_id=2", true)]
    [InlineData("rdclid=2", true)]
    [InlineData("ttclid=2", true)]
    [InlineData("fbclid=2", false)]
    [InlineData("x=gclid=1", false)]
    [InlineData("ref=JOHN", false)]
    [InlineData("", false)]
    public void F14_paid_clicks_are_known_by_what_networks_append(string query, bool paid) => AdClicks.IsNamedIn(query).ShouldBe(paid);

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.1.1", true)]
    [InlineData("100.64.0.1", true)]
    [InlineData("8.8.8.8", false)]
    [InlineData("::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("fe80::1", true)]
    [InlineData("2001:4860:4860::8888", false)]
    public void CL17_private_addresses_are_known(string address, bool isPrivate) =>
        VisitorAddress.IsPrivate(IPAddress.Parse(address)).ShouldBe(isPrivate);

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3::4", "2001:db8:1::/48")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    public void CL54_addresses_are_cut(string address, string kept) =>
        VisitorAddress.Cut(VisitorAddress.Plain(IPAddress.Parse(address))).ShouldBe(kept);
}
