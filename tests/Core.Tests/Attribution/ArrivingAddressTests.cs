using Tributary.Attribution;

namespace Tributary.Core.Tests.Attribution;

/// <summary>CL-15: what an address may name, in the order in which it is tried.</summary>
public sealed class ArrivingAddressTests
{
    private static readonly string[] Names = ["ref", "via", "aff"];

    [Theory]
    [InlineData("https://shop.example/?ref=JOHN20", "Query JOHN20")]
    [InlineData("https://shop.example/p?x=1&VIA=jo%48n20&ref=", "Query JOHN20,Short P")]
    [InlineData("https://shop.example/?aff=C&via=B&ref=A1&ref=A2", "Query A1,Query A2,Query B,Query C")]
    [InlineData("https://shop.example/en/ref/JOHN20", "Path JOHN20")]
    [InlineData("https://go.shop.example/abc123", "Short ABC123")]
    [InlineData("https://shop.example/?ref=JOHN20.,", "Query JOHN20")]
    [InlineData("ftp://shop.example/?ref=JOHN20", "")]
    [InlineData("JOHN20", "")]
    [InlineData("https://shop.example/?other=JOHN20", "")]
    public void CL15_tokens_are_read_in_their_order(string address, string tokens) =>
        string.Join(',', ArrivingAddress.Read(address, Names).Where(token => token.Form != AddressForm.Subdomain).Select(token => $"{token.Form} {token.Canonical}"))
            .ShouldBe(tokens);

    [Fact]
    public void CL15_a_label_stands_below_its_domain() =>
        ArrivingAddress.Read("https://John.Shop.example/", Names).ShouldContain(new AddressToken(AddressForm.Subdomain, "JOHN", "shop.example"));
}
