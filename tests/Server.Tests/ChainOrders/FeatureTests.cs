using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Features;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.ChainOrders;

/// <summary>Says of which feature a test shows the difference.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ShowsAttribute(string key) : Attribute
{
    public string Key { get; } = key;
}

/// <summary>Features: each behaves differently on and off, and is switched by programme and integrator (debridge.md § 7).</summary>
public sealed class FeatureTests(V1Node node) : IClassFixture<V1Node>
{
    private const string Wallet = "0x0000000000000000000000000000000000000007";

    [Fact]
    public void DB27_every_feature_has_a_test_that_shows_the_difference() =>
        typeof(FeatureTests).GetMethods().Select(method => method.GetCustomAttribute<ShowsAttribute>()?.Key).OfType<string>().Order()
            .ShouldBe(Feature.All.Select(feature => feature.Key));

    [Fact]
    [Shows(Feature.AffiliateFees)]
    public async Task DB31_fees_are_booked_on_and_not_off()
    {
        var (shop, acme) = await AcmeAsync();
        await EarnAsync(shop, 1);
        await SwitchAsync(shop, acme, Feature.AffiliateFees, false);
        await EarnAsync(shop, 2);
        await SwitchAsync(shop, acme, Feature.AffiliateFees, true);
        await EarnAsync(shop, 3);
        (await shop.Api.GetAsync($"/recipients/{acme}/balances")).Ok()["items.0.paid"]!.ToString().ShouldBe("2");
    }

    [Fact]
    [Shows(Feature.OwnWallets)]
    public async Task DB44_orders_of_own_wallets_are_marked_off_and_count_on()
    {
        var (shop, acme) = await AcmeAsync();
        (await shop.Api.PatchAsync($"/integrators/{acme}", $$"""{"wallets":["{{Wallet}}"]}""")).Ok();
        await EarnAsync(shop, 1);
        await SwitchAsync(shop, acme, Feature.OwnWallets, true);
        await EarnAsync(shop, 2);
        foreach (var (number, marked) in ((int, bool)[])[(1, true), (2, false)])
            ((bool)(await shop.Api.GetAsync($"/chain-orders/{ChainOrderApiTests.Id(number)}")).Ok()["order.selfReferral"]!).ShouldBe(marked);
    }

    [Fact]
    [Shows(Feature.CustomLinks)]
    public async Task DB44_links_of_its_own_are_made_on_and_refused_off()
    {
        var (shop, acme) = await AcmeAsync();
        (await shop.Api.PatchAsync("/program", """{"settings":{"links":{"site":"https://shop.example"}}}""")).Ok();
        var body = $$"""{"referrerId":{{acme}}}""";
        var link = (await shop.Api.PostAsync("/links", body)).Ok(HttpStatusCode.Created)["id"];
        (await shop.Api.PutAsync($"/integrators/{acme}/features/custom_links", """{"enabled":true,"parameters":{"maxLinks":1}}""")).Ok();
        (await shop.Api.PostAsync("/links", body)).ShouldBeProblem(HttpStatusCode.Conflict, "limit_reached");
        await SwitchAsync(shop, acme, Feature.CustomLinks, false);
        (await shop.Api.PostAsync("/links", body)).ShouldBeProblem(HttpStatusCode.Forbidden, "feature_off");
        (await shop.Api.PatchAsync($"/links/{link}", """{"label":"New"}""")).ShouldBeProblem(HttpStatusCode.Forbidden, "feature_off");
        (await shop.Api.GetAsync($"/links/{link}")).Ok()["state"]!.ToString().ShouldBe("active");
    }

    [Fact]
    [Shows(Feature.LiveStream)]
    public async Task DB35_an_integrators_stream_opens_on_and_is_refused_off()
    {
        var (shop, acme) = await AcmeAsync();
        var bound = await shop.BoundToAsync(acme);
        using (var open = await bound.Http.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
            open.StatusCode.ShouldBe(HttpStatusCode.OK);
        await SwitchAsync(shop, acme, Feature.LiveStream, false);
        (await bound.GetAsync("/stream")).ShouldBeProblem(HttpStatusCode.Forbidden, "feature_off");
        using var programs = await shop.Api.Http.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        programs.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Shows(Feature.PublicTracking)]
    public async Task DB31_everybody_tracks_on_and_nobody_without_a_key_off()
    {
        var (shop, acme) = await AcmeAsync();
        (await shop.Api.PatchAsync("/program", """{"settings":{"debridge":{"enabled":true}}}""")).Ok();
        await EarnAsync(shop, 1);
        (await TrackedAsync(shop)).ShouldBe((HttpStatusCode.Unauthorized, null));
        await SwitchAsync(shop, acme, Feature.PublicTracking, true);
        (await TrackedAsync(shop)).Status.ShouldBe(HttpStatusCode.Unauthorized, "The programme is not on.");
        foreach (var (on, total) in ((bool, int)[])[(true, 1), (false, 0)])
        {
            (await shop.Api.PutAsync("/features/public_tracking", """{"enabled":true}""")).Ok();
            await SwitchAsync(shop, acme, Feature.PublicTracking, on);
            await UntilTrackedAsync(shop, (HttpStatusCode.OK, total));
        }
        (await shop.Api.DeleteAsync($"/integrators/{acme}/features/public_tracking")).Ok();
        await UntilTrackedAsync(shop, (HttpStatusCode.OK, 1));
        (await shop.Api.PutAsync("/features/public_tracking", """{"enabled":false}""")).Ok();
        await UntilTrackedAsync(shop, (HttpStatusCode.Unauthorized, null));
        (await shop.Api.GetAsync("/audit?verb=feature.changed")).Ok()["items"]!.AsArray().Count.ShouldBe(4);
    }

    [Fact]
    public async Task DB28_the_integrators_value_wins_until_it_inherits_again()
    {
        var (shop, acme) = await AcmeAsync();
        var other = (await shop.Api.PostAsync("/integrators", """{"name":"Other"}""")).Ok(HttpStatusCode.Created)["id"];
        (await shop.Api.PutAsync("/features/own_wallets", """{"enabled":true,"reason":"agreed"}""")).Ok();
        await SwitchAsync(shop, acme, Feature.OwnWallets, false);
        (await LevelAsync(shop, acme)).ShouldBe((false, "referrer"));
        (await LevelAsync(shop, (long)other!)).ShouldBe((true, "program"));
        await SwitchAsync(shop, acme, Feature.OwnWallets, false);
        (await shop.Api.GetAsync("/audit?verb=feature.changed")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
        (await shop.Api.GetAsync("/events?type=feature.changed")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
        (await shop.Api.DeleteAsync($"/integrators/{acme}/features/own_wallets")).Ok();
        (await LevelAsync(shop, acme)).ShouldBe((true, "program"));

        var bound = await shop.BoundToAsync(acme);
        (await bound.PutAsync($"/integrators/{acme}/features/own_wallets", """{"enabled":true}""")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await bound.GetAsync($"/integrators/{acme}/features")).Ok();
        (await bound.GetAsync($"/integrators/{other}/features")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.PutAsync("/features/unheard_of", """{"enabled":true}""")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.PutAsync("/features/custom_links", """{"enabled":true,"parameters":{"maxLinks":10001}}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "out_of_range", "parameters.maxLinks");
    }

    private static async Task<(bool, string)> LevelAsync(Shop shop, long integrator)
    {
        var answer = (await shop.Api.GetAsync($"/integrators/{integrator}/features")).Ok();
        var feature = answer["items"]!.AsArray().Single(one => (string?)one!["key"] == Feature.OwnWallets)!;
        return ((bool)feature["enabled"]!, (string)feature["level"]!);
    }

    private async Task<(Shop Shop, long Acme)> AcmeAsync()
    {
        var shop = await node.OpenShopAsync();
        return (shop, (long)(await shop.Api.PostAsync("/integrators", """{"name":"Acme","code":30830}""")).Ok(HttpStatusCode.Created)["id"]!);
    }

    /// <summary>What somebody without a key is told.</summary>
    private async Task<(HttpStatusCode Status, int? Total)> TrackedAsync(Shop shop)
    {
        using var body = new StringContent("{}", Encoding.UTF8, "application/json");
        using var answer = await node.Server.Client.PostAsync(new Uri($"/p/{shop.Program.PublicId}/api/Orders/filteredList", UriKind.Relative), body);
        return (answer.StatusCode, (int?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["totalCount"]);
    }

    /// <summary>Every node follows within a second.</summary>
    private async Task UntilTrackedAsync(Shop shop, (HttpStatusCode, int?) wanted)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (await TrackedAsync(shop) != wanted)
            await Task.Delay(50, late.Token);
    }

    private static async Task EarnAsync(Shop shop, int number) => (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(
        number, more: $$""","affiliateFee":{"amount":"1","beneficiary":"{{Wallet}}"},"events":[{"state":"ClaimedUnlock"}]"""))).Ok(HttpStatusCode.Created);

    private static async Task SwitchAsync(Shop shop, long integrator, string feature, bool on) =>
        (await shop.Api.PutAsync($"/integrators/{integrator}/features/{feature}", on ? """{"enabled":true}""" : """{"enabled":false}""")).Ok();
}
