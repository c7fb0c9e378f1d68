using Tributary.Server.Api;

namespace Tributary.Server.Tests.Partnero;

/// <summary>How requests come in and answers go out, on any call.</summary>
public sealed class TransportTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task PN24_the_test_call_names_the_programme_and_needs_a_secret_key()
    {
        var shop = await node.OpenEmptyAsync();
        var program = (await shop.GetAsync("test")).Ok().GetProperty("program");
        program.GetProperty("pub_id").GetString().ShouldBe(shop.Program.PublicId);
        program.GetProperty("type").GetString().ShouldBe("affiliate");
        var stranger = (await shop.AskAsync("GET", "/v1/test")).Refused(401, "unauthenticated");
        stranger.Header("WWW-Authenticate").ShouldBe("Bearer");
        (await shop.AskAsync("GET", "/v1/test", null, ("Authorization", "bearer nonsense"))).Refused(401, "unauthenticated");
        (await shop.AskAsync("GET", "/v1/test", null, ("Authorization", "bEARER " + shop.Token))).Ok();
        (await shop.AskAsync("GET", "/v1/test", null, ("Authorization", "Bearer " + shop.Publishable))).Refused(403, "forbidden");
        (await shop.AskAsync("GET", "/v1/test?api_key=" + shop.Token)).Refused(401, "unauthenticated");
    }

    [Theory]
    [InlineData("/v1/")]
    [InlineData("/partnero/v1/")]
    public async Task PN16_unknown_paths_and_methods_answer_in_shape(string prefix)
    {
        var shop = await node.OpenEmptyAsync();
        (await shop.SendAsync("GET", prefix + "test")).Ok();
        (await shop.SendAsync("GET", prefix + "test/")).Ok();
        (await shop.SendAsync("GET", prefix + "subscribers")).Refused(404, "not_found");
        (await shop.SendAsync("GET", prefix)).Refused(404, "not_found");
        (await shop.SendAsync("GET", prefix + "te%FFst")).Refused(404, "not_found");
        (await shop.SendAsync("PATCH", prefix + "test")).Refused(405, "method_not_allowed").Header("Allow").ShouldBe("GET");
        (await shop.SendAsync("OPTIONS", prefix + "test")).Refused(405, "method_not_allowed").Header("Access-Control-Allow-Origin").ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    public async Task PN17_an_empty_body_on_GET_is_no_body(string body) => (await (await node.OpenEmptyAsync()).GetAsync("test", body)).Ok();

    [Theory]
    [InlineData("{")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1,\"b\":2}}")]
    public async Task N5_what_is_no_object_is_malformed(string body) =>
        (await (await node.OpenEmptyAsync()).GetAsync("test", body)).Refused(400, "malformed");

    [Fact]
    public async Task N2_a_body_too_deep_or_too_large_is_refused()
    {
        var shop = await node.OpenEmptyAsync();
        (await shop.GetAsync("test", new string('[', 40) + new string(']', 40))).Refused(400, "malformed");
        (await shop.GetAsync("test", $$"""{"a":"{{new string('x', 256 * 1024)}}"}""")).Refused(413, "too_large");
    }

    [Fact]
    public async Task N4_no_body_whatsoever_breaks_the_server()
    {
        var shop = await node.OpenEmptyAsync();
        foreach (var body in Gameball.Wire.JsonCases.Malformed())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/test") { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = new("Bearer", shop.Token);
            using var answer = await node.Server.Client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBe(body.AsSpan().ContainsAnyExcept(" \t\r\n"u8) && !body.AsSpan().SequenceEqual("\uFEFF"u8) ? 400 : 200, System.Text.Encoding.UTF8.GetString(body));
        }
    }

    [Fact]
    public async Task PN23_more_than_the_burst_is_told_to_wait_and_then_let_through()
    {
        await using var slow = await PartneroNode.StartAsync(
            node.Postgres, settings => settings with { Api = new ApiOptions { RequestsPerMinute = 600, Burst = 100 } });
        var shop = await slow.OpenEmptyAsync();
        var replies = new List<Reply>();
        for (var count = 0; count < 601; count++)
            replies.Add(await shop.GetAsync("test"));
        var refused = replies.First(reply => reply.Status == 429).Refused(429, "rate_limited");
        refused.Header("RateLimit").ShouldNotBeNullOrEmpty();
        await Task.Delay(TimeSpan.FromSeconds(int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture)));
        (await shop.GetAsync("test")).Ok();
    }
}
