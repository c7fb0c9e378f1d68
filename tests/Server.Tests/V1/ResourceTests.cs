using System.Net;

namespace Tributary.Server.Tests.V1;

/// <summary>Each resource of the native API once around: made, read, listed, changed.</summary>
public sealed class ResourceTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task A_programme_shows_its_settings_and_changes_single_ones()
    {
        var shop = await node.OpenShopAsync();
        var before = (await shop.Api.GetAsync("/program")).Ok();
        ((string?)before["id"]).ShouldBe(shop.Program.PublicId);
        ((int?)before["settings.attribution.windowDays"]).ShouldBe(30);
        var changed = (await shop.Api.PatchAsync("/program", """{"name":"Store","settings":{"attribution":{"windowDays":7}},"version":1}""")).Ok();
        ((int?)changed["settings.attribution.windowDays"]).ShouldBe(7);
        ((int?)changed["version"]).ShouldBe(2);
        ((string?)(await shop.Api.GetAsync("/program")).Ok()["name"]).ShouldBe("Store");
        (await shop.Api.PatchAsync("/program", """{"name":"Late","version":1}""")).ShouldBeProblem(HttpStatusCode.Conflict, "version_conflict", "version");
        (await shop.Api.PatchAsync("/program", """{"settings":{"attribution":{"days":7}}}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_member", "settings.attribution.days");
    }

    [Fact]
    public async Task A_sibling_programme_has_keys_of_its_own()
    {
        var shop = await node.OpenShopAsync();
        var made = (await shop.Api.PostAsync("/programs", """{"name":"Second","currency":"JPY","mode":"test"}""")).Ok(HttpStatusCode.Created);
        var second = node.Client((string?)made["secret.token"]);
        ((string?)(await second.GetAsync("/program")).Ok()["currency"]).ShouldBe("JPY");
        var names = (await shop.Api.GetAsync("/programs")).Ok()["items"]!.AsArray().Select(item => (string?)item!["name"]);
        names.ShouldBe(["Shop", "Second"]);
        (await second.PostAsync("/programs", """{"name":"Third","currency":"USD"}""")).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task A_key_is_made_rotated_and_revoked()
    {
        var shop = await node.OpenShopAsync();
        var made = (await shop.Api.PostAsync("/keys", """{"kind":"secret","name":"till","scopes":["read"]}""")).Ok(HttpStatusCode.Created);
        var till = node.Client((string?)made["token"]);
        (await till.GetAsync("/program")).Ok();
        (await till.PutAsync("/customers/a")).ShouldBeProblem(HttpStatusCode.Forbidden, "forbidden");
        var id = (string?)made["key.id"];
        var next = (await shop.Api.PostAsync($"/keys/{id}/rotate", """{"overlapSeconds":0}""")).Ok(HttpStatusCode.Created);
        (await till.GetAsync("/program")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        (await node.Client((string?)next["token"]).GetAsync("/program")).Ok();
        (await shop.Api.DeleteAsync($"/keys/{(string?)next["key.id"]}")).Ok();
        (await node.Client((string?)next["token"]).GetAsync("/program")).ShouldBeProblem(HttpStatusCode.Unauthorized, "unauthenticated");
        (await shop.Api.GetAsync("/keys?limit=2")).Ok()["next"].ShouldNotBeNull();
        (await shop.Api.GetAsync("/keys/key_unknown")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_partner_is_made_with_a_code_gets_another_and_is_suspended()
    {
        var shop = await node.OpenShopAsync();
        var made = (await shop.Api.PostAsync(
            "/referrers", """{"kind":"partner","key":"p1","name":"Ann","email":"ann@example.com","code":"ANN-10","attributes":{"tier":"gold"}}"""))
            .Ok(HttpStatusCode.Created);
        var id = (long)made["id"]!;
        ((bool?)(await shop.Api.GetAsync("/codes/ann-10")).Ok()["usable"]).ShouldBe(true);
        var generated = (await shop.Api.PostAsync($"/referrers/{id}/codes")).Ok(HttpStatusCode.Created);
        ((string?)generated["code"])!.Length.ShouldBe(8);
        (await shop.Api.PostAsync($"/referrers/{id}/codes", """{"code":"ann-10"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "already_exists", "code");
        (await shop.Api.PatchAsync($"/referrers/{id}", """{"name":"","attributes":{"tier":null,"city":"Oslo"}}""")).Ok()["name"].ShouldBeNull();
        (await shop.Api.PostAsync($"/referrers/{id}/suspend", """{"reason":"asked us to"}""")).Ok();
        ((bool?)(await shop.Api.GetAsync("/codes/ANN-10")).Ok()["usable"]).ShouldBe(false);
        (await shop.Api.PostAsync($"/referrers/{id}/activate")).Ok();
        (await shop.Api.DeleteAsync("/codes/ANN-10")).Ok();
        (await shop.Api.GetAsync($"/referrers/{id}/codes")).Ok()["items"]!.AsArray().Count.ShouldBe(2);
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","key":"p1"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "already_exists", "key");
        (await shop.Api.PostAsync("/referrers", """{"kind":"customer"}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "kind");
        var audit = (await shop.Api.GetAsync($"/audit?subject=referrer:{id}")).Ok()["items"]!.AsArray();
        audit.Select(entry => (string?)entry!["verb"]).ShouldBe(
            ["code.retired", "referrer.active", "referrer.suspended", "referrer.updated", "code.created", "referrer.created"]);
    }

    [Fact]
    public async Task A_coupon_is_bound_found_in_any_letter_case_and_retired()
    {
        var shop = await node.OpenShopAsync();
        var id = (long)(await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""")).Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PostAsync($"/referrers/{id}/coupons", """{"code":"Summer.10","discountKind":"percentage","discountValue":"10"}""")).Ok(HttpStatusCode.Created);
        ((long?)(await shop.Api.GetAsync("/coupons/SUMMER.10")).Ok()["referrerId"]).ShouldBe(id);
        ((bool?)(await shop.Api.DeleteAsync("/coupons/summer.10")).Ok()["retired"]).ShouldBe(true);
        (await shop.Api.GetAsync($"/referrers/{id}/coupons")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.PostAsync($"/referrers/{id}/coupons", """{"code":"x","discountKind":"percentage","discountValue":"101"}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "out_of_range", "discountValue");
    }

    [Fact]
    public async Task A_customer_signs_up_with_a_friends_code_orders_and_is_refunded()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PutAsync("/customers/ann", """{"email":"ann@example.com","ownCode":"ANNS"}""")).Ok();
        var joined = (await shop.Api.PutAsync("/customers/bob%2F1", """{"referrerCode":"anns","attributes":{"name":"Bob"}}""")).Ok();
        ((bool?)joined["created"]).ShouldBe(true);
        ((string?)joined["referrerCode.reason"]).ShouldBe("won");
        var bob = (await shop.Api.GetAsync("/customers/bob%2F1")).Ok();
        ((string?)bob["id"]).ShouldBe("bob/1");
        var ann = (long)(await shop.Api.GetAsync("/customers/ann")).Ok()["number"]!;
        ((long?)bob["referredBy.referrerId"]).ShouldBe(ann);
        var order = (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob/1","total":1999}""")).Ok();
        ((long?)order["referrerId"]).ShouldBe(ann);
        ((long?)(await shop.Api.GetAsync("/orders/o-1")).Ok()["total"]).ShouldBe(1999);
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-1","orderId":"o-1","amount":999}""")).Ok();
        ((long?)(await shop.Api.GetAsync("/orders/o-1")).Ok()["refunded"]).ShouldBe(999);
        (await shop.Api.GetAsync("/orders/o-1/refunds")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.GetAsync("/refunds/r-1")).Ok();
        (await shop.Api.GetAsync("/orders/o-1/explanation")).Ok()["touches"]!.AsArray().ShouldNotBeEmpty();
        (await shop.Api.GetAsync("/customers/bob%2F1/explanation")).Ok();
        (await shop.Api.GetAsync($"/customers?referrerId={ann}")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.GetAsync("/customers?email=ANN@example.com")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.GetAsync("/orders?customerId=bob/1")).Ok()["items"]!.AsArray().Count.ShouldBe(1);
        (await shop.Api.DeleteAsync("/customers/bob%2F1")).Ok();
        (await shop.Api.GetAsync("/customers/bob%2F1")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.GetAsync("/events")).Ok()["items"]!.AsArray().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Rates_are_added_and_listed_newest_first()
    {
        var shop = await node.OpenShopAsync();
        foreach (var rate in (int[])[10834, 10901])
            (await shop.Api.PostAsync("/exchange-rates", $$"""{"from":"EUR","to":"USD","rate":{{rate}},"scale":4,"source":"ecb"}""")).Ok(HttpStatusCode.Created);
        var listed = (await shop.Api.GetAsync("/exchange-rates?from=EUR")).Ok()["items"]!.AsArray();
        listed.Select(item => (int)item!["rate"]!).ShouldBe([10901, 10834]);
        (await shop.Api.PostAsync("/exchange-rates", """{"from":"EUR","to":"EUR","rate":1,"scale":0}"""))
            .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "to");
    }

    [Fact]
    public async Task Every_page_of_a_list_together_is_the_list()
    {
        var shop = await node.OpenShopAsync();
        for (var n = 0; n < 7; n++)
            (await shop.Api.PutAsync($"/customers/c{n}")).Ok();
        var seen = new List<string?>();
        string? after = null;
        do
        {
            var page = (await shop.Api.GetAsync($"/customers?limit=3{(after is null ? "" : "&after=" + after)}")).Ok();
            seen.AddRange(page["items"]!.AsArray().Select(item => (string?)item!["id"]));
            after = (string?)page["next"];
        }
        while (after is not null);
        seen.ShouldBe(["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
        (await shop.Api.GetAsync("/customers?limit=101")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "out_of_range", "limit");
        (await shop.Api.GetAsync("/customers?after=nonsense")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "after");
    }
}
