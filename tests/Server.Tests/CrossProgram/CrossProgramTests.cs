using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Api;
using Tributary.Server.Api.Gameball;
using Tributary.Server.Api.Partnero;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>
/// No key of one programme reads or changes anything of another, on any route. The routes are asked of the running server,
/// so a new one fails here until a request of it stands in the tables.
/// </summary>
public sealed class CrossProgramTests(Neighbours neighbours) : IClassFixture<Neighbours>
{
    private const string PartneroRoot = "/v1/";
    private const string GameballRoot = "/api/v4.0/integrations/";

    /// <summary>Well-formed, and nobody's.</summary>
    private const string UnknownSecret = "trs_live_00000000000000000000000000000015akZG";

    public static TheoryData<int> Native => new(Enumerable.Range(0, NativeCases.All.Count));

    public static TheoryData<int> Partnero => new(Enumerable.Range(0, PartneroCases.All.Count));

    public static TheoryData<int> Gameball => new(Enumerable.Range(0, GameballCases.All.Count));

    [Fact]
    public void N13_every_route_is_classified()
    {
        var endpoints = neighbours.Node.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<RouteAccess>() is null).SelectMany(NamesOf).ShouldBeEmpty();
        NamesOf(endpoints, access => access == RouteCallers.Anyone).ShouldBe(OpenRoutes.All, ignoreOrder: true);
        NamesOf(endpoints, access => access != RouteCallers.Anyone)
            .ShouldBe(NativeCases.All.Select(each => each.Route).Distinct(), ignoreOrder: true);
        neighbours.Node.Get<GameballRouter>().Routes.Select(route => $"{route.Method} {route.Pattern}")
            .ShouldBe(GameballCases.All.Select(each => each.Route).Distinct(), ignoreOrder: true);
        neighbours.Node.Get<PartneroRouter>().Routes.Select(route => $"{route.Method} {route.Pattern}")
            .ShouldBe(PartneroCases.All.Select(each => each.Route).Distinct(), ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Native))]
    public async Task N13_a_native_route_shows_and_changes_nothing_of_another_programme(int number)
    {
        var asked = NativeCases.All[number];
        var callers = AccessOf(asked).Callers;
        var bySecrets = callers is RouteCallers.Secret or RouteCallers.Publishable;
        var byPages = callers == RouteCallers.Publishable;
        var stranger = await neighbours.StrangerOfAsync(asked);
        var before = await neighbours.ImageAsync(neighbours.Named);
        foreach (var (key, own, suits) in (IEnumerable<(string?, Estate, Func<HttpStatusCode, bool>)>)
        [
            (null, stranger, status => status == HttpStatusCode.Unauthorized),
            ("nonsense", stranger, status => status == HttpStatusCode.Unauthorized),
            (UnknownSecret, stranger, status => status == HttpStatusCode.Unauthorized),
            (neighbours.Named.GameballSecret, neighbours.Named, status => status == HttpStatusCode.Unauthorized),
            (byPages ? null : neighbours.Named.Publishable, neighbours.Named, status => status == (byPages ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden)),
            (stranger.Publishable, stranger, status => byPages ? asked.Suits(status) : status == HttpStatusCode.Forbidden),
            (stranger.Bound, stranger, status => bySecrets ? status == HttpStatusCode.Forbidden : asked.Suits(status)),
            (neighbours.Named.Bound, neighbours.Named, status => bySecrets ? status == HttpStatusCode.Forbidden : asked.Suits(status)),
            (stranger.Secret, stranger, asked.Suits),
            (neighbours.Twin.Secret, neighbours.Twin, IsOwnAffair),
        ])
        {
            var answer = await AskNativeAsync(asked, key, neighbours.Named, own);
            suits(answer.Status).ShouldBeTrue($"{asked} by {key ?? "nobody"} got {answer.Status}: {answer.Text}");
            answer.Text.ShouldNotContain(Neighbours.Mark);
        }
        (await neighbours.ImageAsync(neighbours.Named)).ShouldBe(before, asked.ToString());
        var changed = asked.Changes ? await neighbours.OpenNamedAsync() : neighbours.Named;
        var right = await AskNativeAsync(asked, changed.Secret, changed, changed);
        right.Status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Created], $"{asked}: {right.Text}");
    }

    [Theory]
    [MemberData(nameof(Gameball))]
    public async Task N13_GB48_a_call_of_Gameballs_shows_and_changes_nothing_of_another_programme(int number)
    {
        var asked = GameballCases.All[number];
        var stranger = await neighbours.StrangerOfAsync(asked);
        var before = await neighbours.ImageAsync(neighbours.Named);
        foreach (var (apiKey, secret, own, suits) in GameballCallers(asked, stranger))
        {
            var answer = await AskGameballAsync(asked, apiKey, secret, neighbours.Named, own);
            suits(answer.Status).ShouldBeTrue($"{asked} by {apiKey ?? "nobody"} and {secret} got {answer.Status}: {answer.Text}");
            answer.Text.ShouldNotContain(Neighbours.Mark);
        }
        (await neighbours.ImageAsync(neighbours.Named)).ShouldBe(before, asked.ToString());
        var changed = asked.Changes ? await neighbours.OpenNamedAsync() : neighbours.Named;
        (await AskGameballAsync(asked, changed.GameballApiKey, changed.GameballSecret, changed, changed)).Ok();
    }

    [Theory]
    [MemberData(nameof(Partnero))]
    public async Task N13_PN22_a_call_of_Partneros_shows_and_changes_nothing_of_another_programme(int number)
    {
        var asked = PartneroCases.All[number];
        var stranger = await neighbours.StrangerOfAsync(asked);
        var route = neighbours.Node.Get<PartneroRouter>().Routes.Single(each => $"{each.Method} {each.Pattern}" == asked.Route);
        if (route.Only is { } type)
            await Task.WhenAll(((Estate[])[neighbours.Named, neighbours.Twin, stranger]).Select(estate => neighbours.SetTypeAsync(estate, type)));
        var before = await neighbours.ImageAsync(neighbours.Named);
        Func<HttpStatusCode, bool> unknown = status => status == HttpStatusCode.Unauthorized;
        Func<HttpStatusCode, bool> forbidden = status => status == HttpStatusCode.Forbidden;
        foreach (var (key, own, suits) in (IEnumerable<(string?, Estate, Func<HttpStatusCode, bool>)>)
        [
            (null, stranger, unknown),
            ("nonsense", stranger, unknown),
            (UnknownSecret, stranger, unknown),
            (neighbours.Named.GameballSecret, neighbours.Named, unknown),
            (neighbours.Named.Publishable, neighbours.Named, forbidden),
            (neighbours.Named.Bound, neighbours.Named, forbidden),
            (stranger.Publishable, stranger, forbidden),
            (stranger.Bound, stranger, forbidden),
            (stranger.Secret, stranger, asked.Suits),
            (neighbours.Twin.Secret, neighbours.Twin, status => IsOwnAffair(status) || status == HttpStatusCode.BadRequest),
        ])
        {
            var answer = await AskPartneroAsync(asked, key, neighbours.Named, own);
            suits(answer.Status).ShouldBeTrue($"{asked} by {key ?? "nobody"} got {answer.Status}: {answer.Text}");
            answer.Text.ShouldNotContain(Neighbours.Mark);
        }
        (await neighbours.ImageAsync(neighbours.Named)).ShouldBe(before, asked.ToString());
        var changed = asked.Changes ? await neighbours.OpenNamedAsync() : neighbours.Named;
        if (route.Only is { } needed)
            await neighbours.SetTypeAsync(changed, needed);
        var right = await AskPartneroAsync(asked, changed.Secret, changed, changed);
        if (route.Only is not null)
            await Task.WhenAll(((Estate[])[neighbours.Named, neighbours.Twin, stranger]).Select(estate => neighbours.SetTypeAsync(estate, PartneroType.Affiliate)));
        right.Status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Created], $"{asked}: {right.Text}");
    }

    private IEnumerable<(string? ApiKey, string? Secret, Estate Own, Func<HttpStatusCode, bool> Suits)> GameballCallers(RouteCase asked, Estate stranger)
    {
        var (named, twin) = (neighbours.Named, neighbours.Twin);
        var route = neighbours.Node.Get<GameballRouter>().Routes.Single(each => $"{each.Method} {each.Pattern}" == asked.Route);
        Func<HttpStatusCode, bool> refused = status => status == HttpStatusCode.Unauthorized;
        var needsSecret = route.Demand == KeyDemand.Secret;
        yield return (null, null, stranger, refused);
        yield return ("nonsense", "nonsense", stranger, refused);
        yield return (UnknownSecret, UnknownSecret, stranger, refused);
        yield return (null, named.GameballSecret, stranger, refused);
        yield return (named.Secret, named.GameballSecret, named, refused);
        yield return (stranger.GameballApiKey, null, stranger, needsSecret ? refused : asked.Suits);
        yield return (stranger.Publishable, null, stranger, needsSecret ? refused : asked.Suits);
        yield return (stranger.GameballApiKey, stranger.GameballSecret, stranger, asked.Suits);
        yield return (stranger.Publishable, stranger.Secret, stranger, asked.Suits);
        yield return (twin.GameballApiKey, twin.GameballSecret, twin, IsOwnAffair);
        if (!needsSecret)
            yield break;
        // With the named programme's API key alone, a call that needs the secret stays closed, whatever else comes along.
        foreach (var secret in (string?[])[null, stranger.GameballSecret, stranger.Secret, named.Bound, named.Publishable, named.GameballApiKey])
            yield return (named.GameballApiKey, secret, named, refused);
    }

    /// <summary>What a programme with the same ids gets depends on its own rows alone.</summary>
    private static bool IsOwnAffair(HttpStatusCode status) =>
        status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity;

    private Task<ApiAnswer> AskNativeAsync(RouteCase asked, string? key, Estate named, Estate own) =>
        AskAsync(asked, asked.Target, named, own, ("Authorization", key is null ? null : "Bearer " + key));

    private Task<ApiAnswer> AskPartneroAsync(RouteCase asked, string? key, Estate named, Estate own) =>
        AskAsync(asked, PartneroRoot + asked.Target, named, own, ("Authorization", key is null ? null : "Bearer " + key));

    private Task<ApiAnswer> AskGameballAsync(RouteCase asked, string? apiKey, string? secret, Estate named, Estate own) =>
        AskAsync(asked, GameballRoot + asked.Target, named, own, ("APIKey", apiKey), ("SecretKey", secret));

    private async Task<ApiAnswer> AskAsync(
        RouteCase asked, string target, Estate named, Estate own, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), named.Name(target, own));
        if (asked.Body is { } body)
            request.Content = new StringContent(named.Name(body, own), Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
            if (value is not null)
                request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        return await new ApiClient(neighbours.Node.Server.Client).SendAsync(request);
    }

    private RouteAccess AccessOf(RouteCase asked) =>
        neighbours.Node.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Single(endpoint => NamesOf(endpoint).Contains(asked.Route)).Metadata.GetRequiredMetadata<RouteAccess>();

    private static IEnumerable<string> NamesOf(IEnumerable<RouteEndpoint> endpoints, Func<RouteCallers, bool> wanted) =>
        endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<RouteAccess>() is { } access && wanted(access.Callers)).SelectMany(NamesOf);

    private static IEnumerable<string> NamesOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]).Select(method => $"{method} {endpoint.RoutePattern.RawText}");
}
