using System.Net;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.ChainOrders;

/// <summary>Integrators and their codes over HTTP (debridge.md § 6.2).</summary>
public sealed class IntegratorApiTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task DB40_registering_again_answers_the_same()
    {
        var shop = await node.OpenShopAsync();
        const string body = """{"name":"Acme","externalId":"acme","wallets":["0x0102030405060708090A0B0C0D0E0F1011121314"]}""";
        var made = (await shop.Api.PostAsync("/integrators", body)).Ok(HttpStatusCode.Created);
        ((long)made["code"]!).ShouldBe(1);
        (await shop.Api.PostAsync("/integrators", body)).Ok().Text.ShouldBe(made.Text);
        foreach (var query in (string[])["wallet=0102030405060708090a0b0c0d0e0f1011121314", "externalId=acme", "q=cm", "q=1"])
            (await shop.Api.GetAsync("/integrators?" + query)).Ok()["items.0.id"]!.ToString().ShouldBe(made["id"]!.ToString());
        (await shop.Api.GetAsync("/codes/1")).Ok()["referrerId"]!.ToString().ShouldBe(made["id"]!.ToString());
        (await shop.Api.DeleteAsync("/codes/1")).ShouldBeProblem(HttpStatusCode.Conflict, "illegal_transition");
        (await shop.Api.GetAsync("/events?type=code.created")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task DB41_a_code_is_unknown_then_unclaimed_then_claimed()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.GetAsync("/codes/31805")).Ok()["status"]!.ToString().ShouldBe("unknown");
        (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(1, "31805"))).Ok(HttpStatusCode.Created);
        var seen = (await shop.Api.GetAsync("/codes/31805")).Ok();
        (seen["status"]!.ToString(), (long)seen["orders"]!).ShouldBe(("unclaimed", 1));
        var claimer = (await shop.Api.PostAsync("/codes/31805/claim", """{"name":"Late"}""")).Ok();
        (await shop.Api.PostAsync("/codes/31805/claim", $$"""{"referrerId":{{claimer["id"]}}}""")).Ok();
        var other = (await shop.Api.PostAsync("/integrators", """{"name":"Other"}""")).Ok(HttpStatusCode.Created)["id"];
        (await shop.Api.PostAsync("/codes/31805/claim", $$"""{"referrerId":{{other}}}""")).ShouldBeProblem(HttpStatusCode.Conflict, "code_taken");
        (await shop.Api.GetAsync("/codes/31805")).Ok()["status"]!.ToString().ShouldBe("claimed");
        (await shop.Api.GetAsync($"/chain-orders/{ChainOrderApiTests.Id(1)}")).Ok()["order.referrerId"]!.ToString().ShouldBe(claimer["id"]!.ToString());
    }

    [Fact]
    public async Task A_suspended_integrator_earns_nothing_until_it_is_back()
    {
        var shop = await node.OpenShopAsync();
        var id = (await shop.Api.PostAsync("/integrators", """{"name":"Acme","code":7}""")).Ok(HttpStatusCode.Created)["id"];
        (await shop.Api.PatchAsync($"/integrators/{id}", """{"state":"suspended"}""")).Ok()["state"]!.ToString().ShouldBe("suspended");
        const string earned = ",\"affiliateFee\":{\"amount\":\"1\",\"beneficiary\":\"0x0102030405060708090a0b0c0d0e0f1011121314\"},\"events\":[{\"state\":\"ClaimedUnlock\"}]";
        (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(1, "7", earned))).Ok(HttpStatusCode.Created);
        (await shop.Api.GetAsync($"/recipients/{id}/balances")).Ok()["items"]!.AsArray().Count.ShouldBe(0);
        (await shop.Api.PatchAsync($"/integrators/{id}", """{"state":"active"}""")).Ok();
        (await shop.Api.PostAsync("/chain-orders", ChainOrderApiTests.Order(2, "7", earned))).Ok(HttpStatusCode.Created);
        (await shop.Api.GetAsync($"/recipients/{id}/balances")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_integrators_key_meets_its_own_integrator_alone()
    {
        var shop = await node.OpenShopAsync();
        var id = (await shop.Api.PostAsync("/integrators", """{"name":"Acme"}""")).Ok(HttpStatusCode.Created)["id"];
        var other = (await shop.Api.PostAsync("/integrators", """{"name":"Other"}""")).Ok(HttpStatusCode.Created)["id"];
        var token = (await shop.Api.PostAsync($"/integrators/{id}/keys", """{"name":"back end"}""")).Ok(HttpStatusCode.Created)["token"]!.ToString();
        var bound = node.Client(token);
        (await bound.GetAsync("/integrators")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await bound.GetAsync($"/integrators/{other}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await bound.GetAsync("/codes/2")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await bound.PatchAsync($"/integrators/{id}", "{}")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }
}
