using System.Net;
using Microsoft.AspNetCore.Routing;
using Tributary.Keys;
using Tributary.Server.Api;
using Tributary.Server.Api.Gameball;

namespace Tributary.Server.Tests.V1;

/// <summary>N13: every route against every kind of caller who should not get through. Generated from the routes themselves.</summary>
public sealed class IsolationTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public void N13_every_route_says_who_may_use_it()
    {
        foreach (var endpoint in node.Get<EndpointDataSource>().Endpoints)
            endpoint.Metadata.GetMetadata<RouteAccess>().ShouldNotBeNull(endpoint.DisplayName);
        foreach (var route in node.Get<GameballRouter>().Routes)
            Enum.IsDefined(route.Demand).ShouldBeTrue(route.Pattern);
    }

    [Fact]
    public void N13_every_native_operation_is_tried()
    {
        var operations = node.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName);
        ApiRequests.Of(new Seeds(0, 0, "", 0, 0, 0, 0, 0, 0)).Keys.ShouldBe(operations, ignoreOrder: true);
    }

    [Fact]
    public async Task N13_the_requests_that_are_tried_work_for_their_own_programme()
    {
        foreach (var operation in ApiRequests.Of(new Seeds(0, 0, "", 0, 0, 0, 0, 0, 0)).Keys)
        {
            var shop = await node.OpenShopAsync();
            var request = ApiRequests.Of(await Seeds.SowAsync(shop))[operation];
            ((int)(await SendAsync(shop.Api, request)).Status).ShouldBeInRange(200, 299, operation);
        }
    }

    [Fact]
    public async Task N13_without_a_valid_secret_nothing_is_answered_or_done()
    {
        var (shop, seeds) = await SownAsync();
        var gameball = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.GameballSecret));
        var expired = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret, ExpiresAt: node.Clock.GetUtcNow().AddSeconds(1)));
        var revoked = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret));
        await node.Get<ApiKeys>().RevokeAsync(shop.Program, revoked.Key.PublicId, V1Node.Operator, CancellationToken.None);
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var token in (string?[])[null, "", "nonsense", shop.Key.Token[..^1] + (shop.Key.Token[^1] == 'x' ? 'y' : 'x'), ApiKeyToken.Mint(ApiKeyKind.Secret, shop.Program.Mode).Text, gameball.Token, expired.Token, revoked.Token])
            await ShouldAllBeAsync(node.Client(token), seeds, HttpStatusCode.Unauthorized, "unauthenticated");
        await ShouldAllBeAsync(node.Client(shop.Made.Publishable.Token), seeds, HttpStatusCode.Forbidden, "forbidden", but: "recordTouch");
        var powerless = await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.Secret, Scopes: []));
        await ShouldAllBeAsync(node.Client(powerless.Token), seeds, HttpStatusCode.Forbidden, "forbidden");
        var after = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        Rows.ShouldBeUnchanged(before.Where(table => table.Key is not ("keys" or "audit_entries")).ToDictionary(), after, "a stranger");
    }

    [Fact]
    public async Task N13_another_programmes_key_reads_and_changes_nothing()
    {
        var (shop, seeds) = await SownAsync();
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var (operation, request) in ApiRequests.Of(seeds))
        {
            // A programme of its own for each, or the one would find what the one before it made under the same id.
            var other = await node.OpenShopAsync("Other");
            var answer = await SendAsync(other.Api, request);
            ShouldMeet(answer, request.Foreign, operation);
            ShouldTellNothing(answer, shop, operation);
        }
        Rows.ShouldBeUnchanged(before, await Rows.OfAsync(node.Server.Database, shop.Program.Id), "another programme");
    }

    [Fact]
    public async Task N13_a_key_bound_to_another_referrer_reads_and_changes_nothing()
    {
        var (shop, seeds) = await SownAsync();
        var stranger = (long)(await shop.Api.PostAsync("/referrers", """{"kind":"integrator","name":"Stranger"}""")).Ok(HttpStatusCode.Created)["id"]!;
        var bound = await shop.BoundToAsync(stranger);
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var (operation, request) in ApiRequests.Of(seeds))
        {
            var answer = await SendAsync(bound, request);
            ShouldMeet(answer, request.Bound, operation);
            ShouldTellNothing(answer, shop, operation);
        }
        Rows.ShouldBeUnchanged(before, await Rows.OfAsync(node.Server.Database, shop.Program.Id), "a bound key");
    }

    [Fact]
    public async Task A_bound_key_sees_and_keeps_its_own_referrers_things_without_personal_data()
    {
        var (shop, seeds) = await SownAsync();
        var partner = await shop.BoundToAsync(seeds.Partner);
        (await partner.GetAsync($"/referrers/{seeds.Partner}")).Ok();
        (await partner.GetAsync("/referrers")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await partner.PostAsync($"/referrers/{seeds.Partner}/codes", """{"code":"MINE-1"}""")).Ok(HttpStatusCode.Created);
        (await partner.DeleteAsync("/codes/MINE-1")).Ok();
        var ann = await shop.BoundToAsync(seeds.Ann);
        (await ann.GetAsync("/rewards")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
        (await ann.GetAsync($"/recipients/{seeds.Ann}/balances")).Ok();
        var order = (await ann.GetAsync("/orders/o-1")).Ok();
        order["customerId"].ShouldBeNull();
        (await ann.GetAsync("/orders")).Ok().Text.ShouldNotContain("\"bob\"");
    }

    private async Task<(Shop Shop, Seeds Seeds)> SownAsync()
    {
        var shop = await node.OpenShopAsync("Sown");
        return (shop, await Seeds.SowAsync(shop));
    }

    private static async Task ShouldAllBeAsync(ApiClient client, Seeds seeds, HttpStatusCode status, string code, string? but = null)
    {
        foreach (var (operation, request) in ApiRequests.Of(seeds).Where(each => each.Key != but))
        {
            var answer = await SendAsync(client, request);
            answer.Status.ShouldBe(status, operation);
            answer.ShouldBeProblem(status, code);
            answer.Headers.ContainsKey("Location").ShouldBeFalse();
        }
    }

    private static Task<ApiAnswer> SendAsync(ApiClient client, ApiRequest request) => client.SendAsync(request.Verb, request.Path, request.Body);

    private static void ShouldMeet(ApiAnswer answer, Foreigner expected, string operation)
    {
        var status = (int)answer.Status;
        switch (expected)
        {
            case Foreigner.NotFound:
                status.ShouldBe(404, operation);
                break;
            case Foreigner.Forbidden:
                status.ShouldBe(403, operation);
                break;
            case Foreigner.OwnThings:
                status.ShouldBeInRange(200, 299, operation);
                break;
            case Foreigner.Mismatch:
                answer.ShouldBeProblem(HttpStatusCode.Conflict, "amount_mismatch");
                break;
            case Foreigner.UnknownReference:
                answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_reference");
                break;
        }
    }

    /// <summary>Nothing that only the other programme, or the other referrer, has.</summary>
    private static void ShouldTellNothing(ApiAnswer answer, Shop shop, string operation)
    {
        foreach (var secret in (string[])[shop.Program.PublicId, shop.Key.Key.PublicId, "Secretname", "pat@example.com", "ann@example.com", "PARTNER-1", "SAVE10", "Running"])
            answer.Text.ShouldNotContain(secret, Case.Sensitive, operation);
    }
}
