using System.Net;
using Tributary.Server.Api;

namespace Tributary.Server.Tests.Api;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::/48")]
    public void P1_N15_an_address_is_counted_by_64_and_kept_by_48_or_24(string address, string counted, string kept)
    {
        ClientAddress.CountedAs(IPAddress.Parse(address)).ShouldBe(counted);
        ClientAddress.Kept(IPAddress.Parse(address)).ShouldBe(kept);
    }

    [Fact]
    public void Without_an_address_there_is_none()
    {
        ClientAddress.CountedAs(null).ShouldBe("");
        ClientAddress.Kept(null).ShouldBeNull();
    }
}
