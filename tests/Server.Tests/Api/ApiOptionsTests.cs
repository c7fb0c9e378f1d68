using System.Net;
using Tributary.Server.Api;

namespace Tributary.Server.Tests.Api;

public sealed class ApiOptionsTests
{
    [Fact]
    public void Without_variables_the_defaults_hold()
    {
        var options = ApiOptions.From(_ => null);
        options.RequestsPerMinute.ShouldBe(600);
        options.Burst.ShouldBe(100);
        options.Proxies.ShouldBeEmpty();
        options.PlainHttp.ShouldBeFalse();
    }

    [Fact]
    public void Proxies_are_addresses_or_networks() =>
        Of("TRIBUTARY_PROXIES", "10.0.0.0/8, 192.0.2.7,2001:db8::/32").Proxies
            .ShouldBe([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.7/32"), IPNetwork.Parse("2001:db8::/32")]);

    [Theory]
    [InlineData("TRIBUTARY_API_REQUESTS_PER_MINUTE", "many")]
    [InlineData("TRIBUTARY_API_REQUESTS_PER_MINUTE", "-1")]
    [InlineData("TRIBUTARY_PROXIES", "proxy.example")]
    [InlineData("TRIBUTARY_PLAIN_HTTP", "perhaps")]
    public void A_value_that_cannot_be_used_is_named(string variable, string value) =>
        Should.Throw<ArgumentException>(() => Of(variable, value)).Message.ShouldStartWith(variable);

    private static ApiOptions Of(string variable, string value) => ApiOptions.From(name => name == variable ? value : null);
}
