using Shouldly;
using Tributary.Links;
using Xunit;

namespace Tributary.Core.Tests.Links;

/// <summary>Paths of sub-domain links (partnero.md § 4.3).</summary>
public sealed class KeptPathTests
{
    [Theory]
    [InlineData("/", null)]
    [InlineData("//", null)]
    [InlineData("/..", null)]
    [InlineData("/a/../b//c", "/b/c")]
    [InlineData("/a/%2e%2E/b", "/b")]
    [InlineData("/../../etc", "/etc")]
    [InlineData("//evil.com/x", "/evil.com/x")]
    [InlineData("/\\evil.com", "/evil.com")]
    [InlineData("/%2f%2fevil.com", "/%2f%2fevil.com")]
    [InlineData("/a/", "/a/")]
    [InlineData("/ü b", "/%C3%BC%20b")]
    [InlineData("/a\r\nb", "/a%0D%0Ab")]
    public void PN_31_a_path_is_cleaned(string path, string? kept) => KeptPath.Of(path, "").ShouldBe(kept);

    [Fact]
    public void It_lies_below_the_base_path() => KeptPath.Of("/../x", "/shop").ShouldBe("/shop/x");

    [Theory]
    [InlineData("https://yoursite.com/", "https://yoursite.com/b/c")]
    [InlineData("https://yoursite.com", "https://yoursite.com/b/c")]
    [InlineData("https://yoursite.com/p/q?plan=/pro#/faq", "https://yoursite.com/b/c?plan=/pro#/faq")]
    [InlineData("https://yoursite.com?plan=/pro", "https://yoursite.com/b/c?plan=/pro")]
    public void It_takes_the_place_of_the_destinations_path(string destination, string replaced) =>
        KeptPath.Replace(destination, "/b/c").ShouldBe(replaced);
}
