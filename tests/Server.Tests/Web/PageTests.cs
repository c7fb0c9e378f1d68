using System.Net;
using System.Reflection;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball;
using Tributary.Server.Tests.Support;
using Tributary.Server.Web.Reference;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Web;

public sealed class PageTests(PostgresFixture postgres)
{
    [Fact]
    public async Task V20_V21_Pages_run_only_their_own_scripts_and_cannot_be_framed_or_kept()
    {
        await using var server = await TestServer.StartAsync(postgres);
        foreach (var path in (string[])["/", "/docs", "/docs/gameball", "/docs/problems"])
        {
            using var answer = await server.Client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            policy.ShouldMatch(
                "^default-src 'self'; script-src 'nonce-[A-Za-z0-9+/=]{24}' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; "
                + "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$");
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            answer.Headers.GetValues("Cross-Origin-Opener-Policy").ShouldBe(["same-origin"]);
            answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            var html = await answer.Content.ReadAsStringAsync();
            html.ShouldNotContain("style=");
            html.ShouldNotContain("onclick");
        }
        using var again = await server.Client.GetAsync("/");
        using var once = await server.Client.GetAsync("/");
        again.Headers.GetValues("Content-Security-Policy").ShouldNotBe(once.Headers.GetValues("Content-Security-Policy"));
    }

    [Fact]
    public async Task Assets_are_kept_by_browsers_for_good_and_change_their_address_with_their_content()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var html = await server.Client.GetStringAsync("/");
        var style = html.Split('"').First(part => part.EndsWith("/page.css", StringComparison.Ordinal));
        using var answer = await server.Client.GetAsync(style);
        answer.Headers.CacheControl!.ToString().ShouldContain("immutable");
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/css; charset=utf-8");
        (await server.Client.GetAsync("/assets/0123456789ab/page.css")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("X-Tour", "fragment", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.NotFound)]
    public async Task N17_The_tour_answers_only_its_own_page_and_only_where_there_is_a_demo(string header, string value, HttpStatusCode expected)
    {
        await using var server = await TestServer.StartAsync(postgres);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/tour/1");
        request.Headers.Add(header, value);
        request.Content = new FormUrlEncodedContent([new("run", "ABCDEFGH")]);
        (await server.Client.SendAsync(request)).StatusCode.ShouldBe(expected);
    }

    [Fact]
    public void The_page_of_the_Gameball_dialect_explains_every_code_that_it_answers()
    {
        var answered = Enum.GetValues<ProblemCode>().Select(code => GameballErrors.From(new Problem(code, "")))
            .Concat(typeof(GameballErrors).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetValue(null)).OfType<GameballError>())
            .Append(GameballErrors.TooMany("x"));
        foreach (var error in answered)
        {
            var explained = GameballCodes.All.SingleOrDefault(code => code.Code == error.Code);
            explained.ShouldNotBeNull(error.ToString());
            explained.Statuses.Split(", ").ShouldContain($"{error.Status}", error.ToString());
        }
        GameballCodes.All.Select(code => code.Code).ShouldBeInOrder();
    }
}
