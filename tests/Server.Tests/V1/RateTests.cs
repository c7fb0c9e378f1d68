using System.Net;
using Tributary.Keys;
using Tributary.Server.Api;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.V1;

/// <summary>How often a key may ask, and an address present wrong keys.</summary>
public sealed class RateTests(PostgresFixture postgres)
{
    [Fact]
    public async Task A_key_beyond_its_burst_is_told_to_wait_and_others_are_not()
    {
        await using var node = await StartAsync(new ApiOptions { RequestsPerMinute = 1, Burst = 5, WrongKeysPerMinute = 0 });
        var shop = await node.OpenShopAsync();
        for (var left = 4; left >= 0; left--)
        {
            var answer = (await shop.Api.GetAsync("/program")).Ok();
            answer.Headers["RateLimit-Policy"].ShouldBe("\"key\";q=1;w=60");
            answer.Headers["RateLimit"].ShouldStartWith($"\"key\";r={left};t=");
        }
        var refused = (await shop.Api.GetAsync("/program")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited");
        int.Parse(refused.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeInRange(1, 60);
        var other = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret));
        (await node.Client(other.Token).GetAsync("/program")).Ok();
    }

    [Fact]
    public async Task N15_an_address_with_wrong_keys_is_told_to_wait_and_the_owner_is_not_locked_out()
    {
        await using var node = await StartAsync(new ApiOptions { RequestsPerMinute = 0, WrongKeysPerMinute = 1 });
        var shop = await node.OpenShopAsync();
        (await shop.Api.GetAsync("/program")).Ok();
        (await Stranger(node, shop).GetAsync("/program")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        for (var n = 0; n < 20; n++)
        {
            var refused = (await Stranger(node, shop).GetAsync("/program")).ShouldBeProblem(HttpStatusCode.TooManyRequests, "rate_limited");
            refused.Headers.ShouldContain(header => header.Key == "Retry-After");
        }
        (await shop.Api.GetAsync("/program")).Ok();
    }

    private static ApiClient Stranger(V1Node node, Shop shop) =>
        node.Client(ApiKeyToken.Mint(ApiKeyKind.Secret, shop.Program.Mode).Text);

    private Task<V1Node> StartAsync(ApiOptions api) => V1Node.StartAsync(postgres, options => options with { Api = api });
}
