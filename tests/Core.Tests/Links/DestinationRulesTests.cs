using Shouldly;
using Tributary.Links;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>No open redirect: partnero.md § 4.4, promises.md N10.</summary>
public sealed class DestinationRulesTests
{
    private static readonly DestinationRules Rules = Sites.Rules(Sites.Of("yoursite.com"), Sites.Of("shop.example:8443"), Sites.Of("bücher.example"));

    [Theory]
    [InlineData("https://evil.com")]
    [InlineData("https://yoursite.com@evil.com")]
    [InlineData("https://yoursite.com.evil.com")]
    [InlineData("//evil.com")]
    [InlineData("https://evil.com\\@yoursite.com")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://yoursite.com:8443/")]
    public void PN_28_foreign_destinations_are_refused(string url) => Rules.Check(url).Succeeded.ShouldBeFalse();

    [Theory]
    [InlineData("//e")]
    [InlineData("/\\e")]
    [InlineData("/e")]
    [InlineData("https:e")]
    [InlineData("https:/yoursite.com/")]
    [InlineData("https:///yoursite.com/")]
    [InlineData("https://\\yoursite.com/")]
    [InlineData("data:text/html,x")]
    [InlineData("ftp://yoursite.com/")]
    [InlineData("%2f%2fevil.com")]
    [InlineData("https://good@yoursite.com/")]
    [InlineData("https://@yoursite.com/")]
    [InlineData("https://evil.com#@yoursite.com")]
    [InlineData("https://evil.com?@yoursite.com")]
    [InlineData("https://yoursite.com\r\nSet-Cookie: a=b")]
    [InlineData("https://yoursite.com/\r\nSet-Cookie: a=b")]
    [InlineData("https://yoursite.com/a b")]
    [InlineData(" https://yoursite.com/")]
    [InlineData("https://yoursite.com/\u00a0")]
    [InlineData("https://y\u043eursite.com/")]
    [InlineData("https://yoursite.com%2eevil.com/")]
    [InlineData("https://yoursite.com:443:1/")]
    [InlineData("https://eu.yoursite.com/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example:8444/")]
    [InlineData("")]
    [InlineData("https://")]
    public void N10_what_is_not_on_a_listed_site_is_refused(string url) => Rules.Check(url).Succeeded.ShouldBeFalse();

    [Fact]
    public void N10_a_long_address_is_refused() =>
        Rules.Check("https://yoursite.com/" + new string('a', 8_192)).Problem.Code.ShouldBe(ProblemCode.TooLong);

    [Theory]
    [InlineData("https://www.yoursite.com/a", "https://www.yoursite.com/a")]
    [InlineData("HTTPS://YourSite.com", "https://yoursite.com/")]
    [InlineData("http://yoursite.com./a?x=1#y", "http://yoursite.com/a?x=1#y")]
    [InlineData("https://yoursite.com:443/a/../b", "https://yoursite.com/b")]
    [InlineData("https://yoursite.com/%2e%2e/b", "https://yoursite.com/b")]
    [InlineData("https://shop.example:8443/", "https://shop.example:8443/")]
    [InlineData("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC")]
    [InlineData("https://yoursite.com/a?u=https://evil.com/@x", "https://yoursite.com/a?u=https://evil.com/@x")]
    public void An_address_on_a_listed_site_is_kept_as_it_was_read(string url, string kept) => Rules.Check(url).Value.Url.ShouldBe(kept);

    [Fact]
    public void What_is_kept_is_read_the_same_again()
    {
        string[] pieces = ["https://", "yoursite.com", "/", "\\", "@", "..", "%2e", ":443", ":", "?", "#", "a", "%00", "\u2024", "\u3002", "ü", "[", "xn--", "."];
        var random = new Random(10);
        var accepted = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = "https://yoursite.com" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (!Rules.Check(text).TryGet(out var destination, out _))
                continue;
            accepted++;
            new Uri(destination.Url).Host.ShouldBe("yoursite.com", text);
            Rules.Check(destination.Url).Value.Url.ShouldBe(destination.Url, text);
            destination.Url.ShouldAllBe(letter => letter > ' ' && letter < '\u007F' && letter != '\\');
        }
        accepted.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void Sub_domains_only_where_the_site_says_so()
    {
        Sites.Rules(Sites.Of("yoursite.com", subDomains: true)).Check("https://eu.yoursite.com/p").Succeeded.ShouldBeTrue();
        Sites.Rules(Sites.Of("yoursite.com", subDomains: true)).Check("https://evilyoursite.com/p").Succeeded.ShouldBeFalse();
        Sites.Rules(Sites.Of("https://203.0.113.9", subDomains: true)).Check("https://1.203.0.113.9/").Succeeded.ShouldBeFalse();
        Sites.Rules(Sites.Of("https://203.0.113.9")).Check("https://203.0.113.9/").Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://yoursite.com/shop", true)]
    [InlineData("https://yoursite.com/shop/a", true)]
    [InlineData("https://yoursite.com/shopping", false)]
    [InlineData("https://yoursite.com/shop/../other", false)]
    [InlineData("https://yoursite.com/shop/%2e%2e/other", false)]
    [InlineData("https://yoursite.com/", false)]
    public void A_base_path_covers_what_is_below_it(string url, bool allowed) =>
        Sites.Rules(Sites.Of("yoursite.com/shop")).Check(url).Succeeded.ShouldBe(allowed);

    [Fact]
    public void A_redirect_host_of_this_server_would_lead_in_circles() =>
        Sites.Rules(Sites.Of("yoursite.com", subDomains: true)).Check("https://go.yoursite.com/abc").Problem.Code.ShouldBe(ProblemCode.DestinationRefused);

    [Fact]
    public void Only_sites_are_destinations() =>
        Sites.Rules(Sites.Of("short.example", kind: DomainKind.Short)).Check("https://short.example/").Succeeded.ShouldBeFalse();
}
