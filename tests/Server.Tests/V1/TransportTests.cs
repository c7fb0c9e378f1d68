using System.Net;
using System.Text;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.V1;

/// <summary>What surrounds a call: addresses, bodies, headers, proxies, outages.</summary>
public sealed class TransportTests(V1Node node, PostgresFixture postgres) : IClassFixture<V1Node>
{
    [Fact]
    public async Task Unknown_paths_and_methods_are_problems_too()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.GetAsync("/nothing")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await node.Client(null).GetAsync("/nothing")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        var wrong = (await shop.Api.DeleteAsync("/orders")).ShouldBeProblem(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        wrong.Headers["Allow"].ShouldContain("POST");
        (await shop.Api.GetAsync("/rewards/not-a-number")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.GetAsync("/rewards/99999999999999999999")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.GetAsync("/orders?referrerId=x")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Every_answer_is_private_and_carries_its_request_id()
    {
        var shop = await node.OpenShopAsync();
        foreach (var answer in (ApiAnswer[])[await shop.Api.GetAsync("/program"), await shop.Api.GetAsync("/orders/x"), await node.Client(null).GetAsync("/program")])
        {
            answer.Headers["Cache-Control"].ShouldBe("no-store");
            answer.Headers["Content-Security-Policy"].ShouldBe("default-src 'none'; frame-ancestors 'none'");
            answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
            answer.Headers["X-Request-Id"].Length.ShouldBe(22);
        }
        var refused = await node.Client(null).GetAsync("/program");
        refused.Headers["WWW-Authenticate"].ShouldBe("Bearer");
        refused.Headers.ContainsKey("Location").ShouldBeFalse();
    }

    [Fact]
    public async Task N2_a_body_of_one_byte_too_many_is_refused_and_one_less_is_read()
    {
        var shop = await node.OpenShopAsync();
        var room = Limits.BodyBytes - """{"attributes":{"x":""}}""".Length;
        (await shop.Api.PutAsync("/customers/c", Padded(room + 1))).ShouldBeProblem(HttpStatusCode.RequestEntityTooLarge, "too_large");
        (await shop.Api.PutAsync("/customers/c", Padded(room))).Status.ShouldNotBe(HttpStatusCode.RequestEntityTooLarge);

        static string Padded(int length) => $$$"""{"attributes":{"x":"{{{new string('y', length)}}}"}}""";
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json", "gzip")]
    public async Task Other_media_are_refused(string media, string? encoding)
    {
        var shop = await node.OpenShopAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/customers/c") { Content = new StringContent("{}", Encoding.UTF8, media) };
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        (await shop.Api.SendAsync(request)).ShouldBeProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        using var bare = new HttpRequestMessage(HttpMethod.Put, "/api/v1/customers/c");
        (await shop.Api.SendAsync(bare)).ShouldBeProblem(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Ids_in_paths_are_decoded_once()
    {
        var shop = await node.OpenShopAsync();
        foreach (var id in (string[])["a/b", "a%2Fb", "a b", "a+b", "a%20b", "ä", "a?b#c", ".", "..", "a;b=c", "@:"])
        {
            (await shop.Api.PostAsync("/orders", System.Text.Json.JsonSerializer.Serialize(new { orderId = id, customerId = "c", total = 1 }))).Ok();
            if (id is "." or "..")
                continue;
            ((string?)(await shop.Api.GetAsync("/orders/" + Uri.EscapeDataString(id))).Ok()["orderId"]).ShouldBe(id);
        }
    }

    [Fact]
    public async Task A_key_in_a_URL_is_refused_and_reported_to_its_owner()
    {
        var shop = await node.OpenShopAsync();
        (await node.Client(null).GetAsync($"/program?access_token={shop.Key.Token}")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        (await shop.Api.GetAsync($"/orders?x={shop.Key.Token}")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        var entries = (await shop.Api.GetAsync("/audit?verb=key.seen_in_url")).Ok()["items"]!.AsArray();
        entries.Count.ShouldBe(2);
        ((string?)entries[0]!["subject"]).ShouldBe($"key:{shop.Key.Key.PublicId}");
    }

    [Fact]
    public async Task N12_what_strangers_say_of_host_and_address_is_ignored()
    {
        var shop = await node.OpenShopAsync();
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/program") { Content = new StringContent("""{"name":"N12"}""", Encoding.UTF8, "application/json") };
        request.Headers.Host = "evil.example";
        foreach (var (name, value) in ((string, string)[])[("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("X-Real-IP", "203.0.113.9"), ("CF-Connecting-IP", "203.0.113.9"), ("Forwarded", "for=203.0.113.9;host=evil.example")])
            request.Headers.Add(name, value);
        var answer = (await shop.Api.SendAsync(request)).Ok();
        answer.Text.ShouldNotContain("evil");
        answer.Headers.Values.ShouldAllBe(value => !value.Contains("evil", StringComparison.Ordinal));
        answer.Headers.ContainsKey("Strict-Transport-Security").ShouldBeFalse();
        (await AddressAsync(shop)).ShouldBe("127.0.0.0/24");
    }

    [Fact]
    public async Task N12_a_configured_proxy_is_believed_and_keys_do_not_travel_over_plain_HTTP()
    {
        await using var behind = await V1Node.StartAsync(
            postgres, options => options with { Api = options.Api with { Proxies = [IPNetwork.Parse("127.0.0.0/8")] } });
        var shop = await behind.OpenShopAsync();
        (await ChangeAsync(shop, "203.0.113.9", "http")).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        (await ChangeAsync(shop, "203.0.113.9", "https")).Ok().Headers["Strict-Transport-Security"].ShouldContain("max-age");
        (await AddressAsync(shop)).ShouldBe("203.0.113.0/24");
        (await ChangeAsync(shop, "198.51.100.7, 203.0.113.9", "https, https")).Ok();
        (await AddressAsync(shop)).ShouldBe("203.0.113.0/24");
        (await ChangeAsync(shop, "2001:db8:1:2:3::4", "https")).Ok();
        (await AddressAsync(shop)).ShouldBe("2001:db8:1::/48");
    }

    [Fact]
    public async Task An_operator_may_allow_plain_HTTP()
    {
        await using var open = await V1Node.StartAsync(postgres, options => options with
        {
            Api = options.Api with { Proxies = [IPNetwork.Parse("127.0.0.0/8")], PlainHttp = true },
        });
        (await ChangeAsync(await open.OpenShopAsync(), "203.0.113.9", "http")).Ok();
    }

    private static async Task<ApiAnswer> ChangeAsync(Shop shop, string forwardedFor, string protocol)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/program") { Content = new StringContent("""{"name":"N12"}""", Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        request.Headers.Add("X-Forwarded-Proto", protocol);
        return await shop.Api.SendAsync(request);
    }

    private static async Task<string?> AddressAsync(Shop shop) => (string?)(await shop.Api.GetAsync("/audit?verb=program.updated")).Ok()["items.0.address"];
}
