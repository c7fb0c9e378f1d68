using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Which partner and which link are credited with customers and transactions.</summary>
public sealed class CreditTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task PN46_an_order_that_names_another_partner_is_that_ones_only_where_orders_are_decided_by_themselves()
    {
        foreach (var (scope, partner) in ((string, string)[])[("customer", "partner_123"), ("order", "partner_b")])
        {
            var shop = await OpenAsync(new JsonObject { ["attribution"] = new JsonObject { ["scope"] = scope } });
            (await shop.PostAsync("customers", """{"key":"c1","partner":"JOHN20"}""")).Ok(201);
            (await PartnerOfAsync(shop, """{"key":"t1","amount":10,"customer":"c1","partner":{"key":"BETTY"}}""")).ShouldBe(partner);
            (await PartnerOfAsync(shop, """{"key":"t2","amount":10,"customer":"c1"}""")).ShouldBe("partner_123");
            (await shop.CountAsync("select count(*) from touches where program_id = @program and outcome = 'customer_locked'")).ShouldBe(scope == "customer" ? 1 : 0);
        }
    }

    [Fact]
    public async Task PN47_the_address_of_a_custom_link_gives_that_link_the_lead()
    {
        var shop = await OpenAsync();
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"BF24"}""")).Ok(201);
        var made = (await shop.PostAsync("customers", """{"key":"c1","partner":{"key":"JOHN20"},"options":{"referral_url":"https://yoursite.com/x?utm_source=a&ref=bf24"}}""")).Ok(201);
        made.GetProperty("partner").GetString().ShouldBe("partner_123");
        made.GetProperty("link").GetString().ShouldBe("BF24");
        var other = (await shop.PostAsync("customers", """{"key":"c2","partner":{"key":"JOHN20"},"referral_url":"https://yoursite.com/?ref=BETTY"}""")).Ok(201);
        other.GetProperty("partner").GetString().ShouldBe("partner_123");
        other.GetProperty("link").GetString().ShouldBe("JOHN20");
        var byId = (await shop.PostAsync("customers", """{"key":"c3","partner":{"id":"partner_123"}}""")).Ok(201);
        byId.GetProperty("link").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task PN55_a_coupons_order_is_the_partners_and_no_links()
    {
        var shop = await OpenAsync();
        (await shop.PostAsync("coupons", """{"partner_key":"partner_123","coupon_code":"SAVE","discount_type":"percentage","discount_value":5}""")).Ok(201);
        (await PartnerOfAsync(shop, """{"key":"t1","amount":10,"customer":"c1","coupon_code":"SAVE"}""")).ShouldBe("partner_123");
        (await PartnerOfAsync(shop, """{"key":"t2","amount":20,"customer":"c2","partner":"JOHN20"}""")).ShouldBe("partner_123");
        var link = (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("stats");
        link.GetProperty("conversions").GetInt32().ShouldBe(1);
        link.GetProperty("revenue")[0].GetProperty("amount").GetRawText().ShouldBe("20");
        var partner = (await shop.GetAsync("partners/partner_123")).Ok().GetProperty("referrals");
        partner.GetProperty("sales_count").GetInt32().ShouldBe(2);
        (await shop.PostAsync("transactions/t2/archive")).Done();
        (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("stats").GetProperty("conversions").GetInt32().ShouldBe(0);
        (await shop.PostAsync("transactions/t2/revoke-archive")).Done();
        (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("stats").GetRawText().ShouldBe(link.GetRawText());
        (await shop.DeleteAsync("transactions/t2")).Done();
        (await shop.GetAsync("partners/partner_123")).Ok().GetProperty("referrals").GetProperty("sales_count").GetInt32().ShouldBe(1);
    }

    private async Task<PartneroShop> OpenAsync(JsonObject? settings = null)
    {
        settings ??= [];
        settings["links"] = new JsonObject { ["site"] = "https://yoursite.com" };
        var shop = await node.OpenSellingAsync(settings);
        await shop.AddPartnerAsync("partner_b", "BETTY", "betty@example.com");
        return shop;
    }

    private static async Task<string?> PartnerOfAsync(PartneroShop shop, string body) =>
        (await shop.PostAsync("transactions", body)).Ok(201).GetProperty("partner").GetString();
}
