using Tributary.Server.Api.Gameball;

namespace Tributary.Server.Tests.Gameball;

public sealed class GameballPathTests
{
    [Theory]
    [InlineData("/api/v4.0/integrations/customers", 40, "customers")]
    [InlineData("/API/V4.0/Integrations/Customers/", 40, "Customers")]
    [InlineData("//api//v4.0/integrations//customers//", 40, "customers")]
    [InlineData("/api/v4/integrations/customers?x=1/2", 40, "customers")]
    [InlineData("/api/v4.1/integrations/orders", 41, "orders")]
    [InlineData("http://host:1/api/v4.1/integrations/orders?x", 41, "orders")]
    [InlineData("/api/v4.0/integrations/customers/a%2Fb%40c+d%20e", 40, "customers|a/b@c+d e")]
    [InlineData("/api/v4.0/integrations/customers/%252F", 40, "customers|%2F")]
    [InlineData("/api/v4.0/integrations/customers/100%", 40, "customers|100%")]
    [InlineData("/api/v4.0/integrations/customers/%zz%4", 40, "customers|%zz%4")]
    [InlineData("/api/v4.0/integrations/customers/%D9%85%D8%B1", 40, "customers|مر")]
    public void A_target_is_split_first_and_decoded_once(string target, int version, string segments)
    {
        var path = GameballPath.Parse(target).ShouldNotBeNull();
        path.Version.ShouldBe(version);
        string.Join('|', path.Segments.ShouldNotBeNull()).ShouldBe(segments);
    }

    [Theory]
    [InlineData("/api/v4.0/integrations/customers/%FF")]
    [InlineData("/api/v4.0/integrations/customers/%00")]
    [InlineData("/api/v4.0")]
    [InlineData("/api/v4.1/other")]
    public void What_names_nothing_is_still_this_dialects(string target) => GameballPath.Parse(target)!.Segments.ShouldBeNull();

    [Theory]
    [InlineData("/")]
    [InlineData("/api/v1/customers")]
    [InlineData("/api/v4.2/integrations/customers")]
    [InlineData("/apiv4.0/integrations/customers")]
    [InlineData("*")]
    public void What_is_another_faces_is_left_alone(string target) => GameballPath.Parse(target).ShouldBeNull();
}
