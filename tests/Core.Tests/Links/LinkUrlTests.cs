using Shouldly;
using Tributary.Links;
using Tributary.Programs;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>Addresses of links: partnero.md § 4.2 and 4.3, clicks.md CL-13.</summary>
public sealed class LinkUrlTests
{
    private static readonly LinkSettings Settings = new();

    [Theory]
    [InlineData("https://yoursite.com/", "JOHN20", "", "https://yoursite.com/?ref=JOHN20")]
    [InlineData("https://yoursite.com/special-offer", "BF24", "", "https://yoursite.com/special-offer?ref=BF24")]
    [InlineData("https://eu.yoursite.com/p?plan=pro#faq", "BF24", "", "https://eu.yoursite.com/p?plan=pro&ref=BF24#faq")]
    [InlineData("https://yoursite.com/p?ref=OLD&VIA=x&trb_click=y&plan=pro", "BF24", "", "https://yoursite.com/p?plan=pro&ref=BF24")]
    [InlineData("https://yoursite.com/p?utm_source=own", "BF24", "utm_source=partner", "https://yoursite.com/p?utm_source=own&ref=BF24")]
    [InlineData("https://yoursite.com/", "BF24", "note=a b&c,ref=evil", "https://yoursite.com/?ref=BF24&note=a%20b%26c")]
    [InlineData("https://yoursite.com/shop", "BF24", "", "https://yoursite.com/shop?ref=BF24")]
    public void An_address_is_built_as_the_table_says(string destination, string code, string parameters, string url) =>
        LinkUrl.Build(destination, Settings, code, Parameters(parameters)).ShouldBe(url);

    [Fact]
    public void PN_6_own_parameters_follow_the_code() =>
        LinkUrl.Build("https://yoursite.com/", Settings, "JOHN20B", Parameters("utm_source=partner,utm_campaign=summer2024"))
            .ShouldBe("https://yoursite.com/?ref=JOHN20B&utm_source=partner&utm_campaign=summer2024");

    [Fact]
    public void The_programme_names_the_parameter() =>
        LinkUrl.Build("https://yoursite.com/?via=x", new LinkSettings { Parameter = "friend" }, "A", [])
            .ShouldBe("https://yoursite.com/?friend=A");

    [Fact]
    public void PN_30_what_is_stored_wins_over_what_arrives() =>
        Location("https://yoursite.com/", "utm_source=partner", "?utm_source=x&gclid=y&ref=OTHER")
            .ShouldBe("https://yoursite.com/?ref=CODE&utm_source=partner&gclid=y&trb_click=id");

    [Theory]
    [InlineData("?a=1&b=2", "?ref=CODE&a=1&b=2&trb_click=id")]
    [InlineData("?s=qr&a=1", "?ref=CODE&a=1&trb_click=id")]
    [InlineData("?s=other", "?ref=CODE&s=other&trb_click=id")]
    [InlineData("?VIA=x&Trb_Click=y&aff=z", "?ref=CODE&trb_click=id")]
    [InlineData("?%72ef=x", "?ref=CODE&trb_click=id")]
    [InlineData("?tags[]=a&tags[]=b", "?ref=CODE&tags[]=a&tags[]=b&trb_click=id")]
    [InlineData("?flag&=x&&c=", "?ref=CODE&flag&c=&trb_click=id")]
    [InlineData("?n=%zz%4", "?ref=CODE&n=%25zz%254&trb_click=id")]
    [InlineData("?n=a\r\nSet-Cookie: x", "?ref=CODE&n=a%0D%0ASet-Cookie:%20x&trb_click=id")]
    [InlineData("?n=<\"'>#ü", "?ref=CODE&n=%3C%22'%3E%23%C3%BC&trb_click=id")]
    public void CL_13_what_arrived_is_passed_on(string arrived, string query) =>
        Location("https://yoursite.com/", "", arrived).ShouldBe("https://yoursite.com/" + query);

    [Fact]
    public void CL_13_at_most_30_names_are_passed_on()
    {
        var arrived = "?" + string.Join('&', Enumerable.Range(1, 40).Select(n => $"p{n}=1"));
        var location = Location("https://yoursite.com/", "", arrived);
        location.ShouldContain("p30=1");
        location.ShouldNotContain("p31=1");
        location.ShouldEndWith("&trb_click=id");
    }

    [Fact]
    public void CL_13_at_most_2048_characters_are_passed_on()
    {
        Location("https://yoursite.com/", "", $"?a=1&b={new string('x', 3_000)}").ShouldBe("https://yoursite.com/?ref=CODE&a=1&trb_click=id");
        Location("https://yoursite.com/", "", $"?b={new string('x', 2_046)}").ShouldContain("xxx");
    }

    [Fact]
    public void What_must_not_earn_leads_on_without_code_and_click() =>
        LinkUrl.Location("https://yoursite.com/p?plan=pro#faq", Settings, null, "utm_source=partner", "?ref=CODE&x=1", null)
            .ShouldBe("https://yoursite.com/p?plan=pro&utm_source=partner&x=1#faq");

    [Fact]
    public void PN_29_nothing_that_arrives_changes_scheme_host_or_port()
    {
        string[] pieces = ["https:", "//", "\\", "@", "evil.com", "%2f%2f", "%5c", "#", "?", "&", "=", "ref", "\r\n", "\0", ":8443", "ü", "\ud800", "/", "..", " "];
        var random = new Random(29);
        for (var round = 0; round < 5_000; round++)
        {
            var arrived = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            var path = KeptPath.Of("/" + arrived, "") is { } kept
                ? KeptPath.Replace("https://yoursite.com/own", kept)
                : "https://yoursite.com/own";
            var location = LinkUrl.Location(path, Settings, "CODE", "", "?" + arrived, "id");
            location.ShouldAllBe(letter => letter > ' ' && letter < '\u007F');
            var uri = new Uri(location);
            (uri.Scheme, uri.Host, uri.Port, uri.UserInfo).ShouldBe(("https", "yoursite.com", 443, ""), arrived);
            location.ShouldStartWith("https://yoursite.com/");
        }
    }

    private static string Location(string destination, string parameters, string arrived) =>
        LinkUrl.Location(destination, Settings, "CODE", parameters, arrived, "id");

    private static IEnumerable<LinkParameter> Parameters(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => new LinkParameter(pair[0], pair[1]));
}
