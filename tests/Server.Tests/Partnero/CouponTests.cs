using System.Text.Json;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Coupons and promotion codes: made, used, limited, told of later.</summary>
public sealed class CouponTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    private const string Seed = """{"partner_key":"partner_123","coupon_code":"JOHN20","discount_type":"percentage","discount_value":20}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task PN12_the_guides_coupon_attributes_the_order_of_somebody_who_never_clicked()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("coupons", Seed)).Ok(201);
        made.GetProperty("partner_key").GetString().ShouldBe("partner_123");
        made.GetProperty("coupon_code").GetString().ShouldBe("JOHN20");
        made.GetProperty("discount_type").GetString().ShouldBe("percentage");
        made.GetProperty("discount_value").GetRawText().ShouldBe("20");
        made.GetProperty("promotion_codes").GetProperty("data")[0].GetProperty("coupon_specific_partners").GetProperty("id").GetString().ShouldBe("partner_123");
        made.GetProperty("metadata").GetRawText().ShouldBe("[]");
        var sold = (await shop.PostAsync("transactions", """{"key":"t1","amount":50,"customer":"c1","discount_code":"john20"}""")).Ok(201);
        sold.GetProperty("partner").GetString().ShouldBe("partner_123");
        sold.GetProperty("via").GetString().ShouldBe("coupon");
        sold.GetProperty("discount_code").GetString().ShouldBe("john20");
        (await shop.OwedAsync()).ShouldBe(1000);
        var code = (await shop.GetAsync("promotion-codes/john20")).Ok();
        code.GetProperty("times_redeemed").GetInt32().ShouldBe(1);
        code.GetProperty("additional_info").GetProperty("redemptions")[0].GetProperty("transaction_key").GetString().ShouldBe("t1");
        (await shop.PostAsync("coupons", Seed)).Refused(422, "key_taken", "coupon_code");
        (await shop.PostAsync("coupons", Seed.Replace("partner_123", "nobody", StringComparison.Ordinal))).Refused(422, "invalid");
        (await shop.PostAsync("coupons", Seed.Replace("20}", "101}", StringComparison.Ordinal))).Refused(422, "invalid", "discount_value");
    }

    [Fact]
    public async Task PN45_a_coupon_decides_its_own_order_unless_it_may_not()
    {
        foreach (var overrides in (bool[])[true, false])
        {
            var shop = await node.OpenSellingAsync(new() { ["attribution"] = new System.Text.Json.Nodes.JsonObject { ["couponOverrides"] = overrides } });
            await shop.AddPartnerAsync("partner_b", "BETTY", "betty@example.com");
            (await shop.PostAsync("coupons", """{"partner_key":"BETTY","coupon_code":"SAVE","discount_type":"fixed","discount_value":"5.00"}""")).Ok(201);
            (await shop.PostAsync("customers", """{"key":"c1","partner":"JOHN20"}""")).Ok(201);
            (await shop.PostAsync("transactions", """{"key":"t1","amount":50,"customer":"c1","coupon":"SAVE"}""")).Ok(201)
                .GetProperty("partner").GetString().ShouldBe(overrides ? "partner_b" : "partner_123");
            (await shop.PostAsync("transactions", """{"key":"t2","amount":50,"customer":"c1"}""")).Ok(201).GetProperty("partner").GetString().ShouldBe("partner_123");
        }
    }

    [Fact]
    public async Task PN59_promotion_codes_count_within_their_conditions_and_name_why_not()
    {
        var shop = await node.OpenSellingAsync();
        var coupon = (await shop.PostAsync("coupons", """{"name":"Spring","uuid_code":"SPRING","coupon_discount_type":"percent","coupon_discount_amount":12.5,"coupon_duration_type":"months","coupon_duration_value":3,"promotion_codes":["OPEN"],"metadata":{"a":"b"}}""")).Is(201);
        coupon.Json.GetProperty("synchronization_enabled").GetBoolean().ShouldBeFalse();
        coupon.Data.GetProperty("coupon_discount_amount").GetRawText().ShouldBe("12.5");
        coupon.Data.GetProperty("coupon_duration_value").GetInt32().ShouldBe(3);
        await CodeAsync(shop, "GOOD", "");
        await CodeAsync(shop, "OLD", $$""","expiration_date_status":true,"expiration_date_value":{{node.Clock.GetUtcNow().AddDays(-1).ToUnixTimeSeconds()}}""");
        await CodeAsync(shop, "ONCE", ""","redemption_times_status":true,"redemption_times_value":1""");
        await CodeAsync(shop, "FIRST", ""","first_time_order":true""");
        await CodeAsync(shop, "LARGE", ""","minimum_order_status":true,"minimum_order_value":100""");
        (await SellAsync(shop, "t1", "c1", "good")).ShouldBe("partner_123");
        (await SellAsync(shop, "t2", "c2", "OPEN")).ShouldBeNull();
        (await SellAsync(shop, "t3", "c3", "OLD")).ShouldBeNull();
        (await SellAsync(shop, "t4", "c4", "ONCE")).ShouldBe("partner_123");
        (await SellAsync(shop, "t5", "c5", "ONCE")).ShouldBeNull();
        (await SellAsync(shop, "t6", "c2", "FIRST")).ShouldBeNull();
        (await SellAsync(shop, "t7", "c6", "LARGE")).ShouldBeNull();
        (await SellAsync(shop, "t8", "c7", "NOSUCH")).ShouldBeNull();
        (await shop.PutAsync("promotion-codes/GOOD", """{"active":false}""")).Ok().GetProperty("active").GetBoolean().ShouldBeFalse();
        (await SellAsync(shop, "t9", "c8", "GOOD")).ShouldBeNull();
        foreach (var (order, reason) in ((string, string)[])
        [
            ("t2", "coupon_unbound"), ("t3", "coupon_expired"), ("t5", "coupon_exhausted"), ("t6", "coupon_not_first_order"), ("t7", "coupon_minimum"),
            ("t8", "coupon_unknown"), ("t9", "coupon_inactive"),
        ])
        {
            (await shop.CountAsync($"""
                select count(*) from touches t join orders o on o.program_id = t.program_id and o.order_key = t.order_key
                where t.program_id = @program and o.order_id = '{order}' and t.outcome = '{reason}'
                """)).ShouldBe(1, $"{order} {reason}");
        }
    }

    [Fact]
    public async Task PN59_a_use_told_with_its_transaction_counts_once_and_decides_the_order_anew()
    {
        var shop = await node.OpenSellingAsync();
        await shop.AddPartnerAsync("partner_b", "BETTY", "betty@example.com");
        (await shop.PostAsync("coupons", """{"uuid_code":"SPRING","coupon_discount_type":"static","coupon_discount_amount":5}""")).Ok(201);
        await CodeAsync(shop, "GOOD", "");
        (await SellAsync(shop, "t1", "c1", null)).ShouldBeNull();
        for (var n = 0; n < 2; n++)
        {
            var told = (await shop.PutAsync("promotion-codes", """{"code":"good","redeem":true,"transaction_key":"t1"}""")).Ok();
            told.GetProperty("times_redeemed").GetInt32().ShouldBe(1);
        }
        var sold = (await shop.GetAsync("transactions/t1")).Ok();
        sold.GetProperty("partner").GetString().ShouldBe("partner_123");
        sold.GetProperty("via").GetString().ShouldBe("coupon");
        sold.GetProperty("rewards")[0].GetProperty("amount").GetRawText().ShouldBe("10");
        (await shop.OwedAsync()).ShouldBe(1000);
        (await shop.PostAsync("transactions", """{"key":"t2","amount":50,"customer":"c2","partner":"BETTY"}""")).Ok(201);
        (await shop.PutAsync("promotion-codes/GOOD", """{"redeem":true,"transaction_key":"t2"}""")).Ok();
        var moved = (await shop.GetAsync("transactions/t2")).Ok();
        moved.GetProperty("partner").GetString().ShouldBe("partner_123");
        moved.GetProperty("rewards").EnumerateArray().Single(reward => reward.GetProperty("status").GetString() == "ok").GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.GetAsync("customers/c2")).Ok().GetProperty("partner").GetString().ShouldBe("partner_b");
        (await shop.PutAsync("promotion-codes/GOOD", """{"redeem":true,"transaction_key":"none"}""")).Ok().GetProperty("times_redeemed").GetInt32().ShouldBe(2);
        (await shop.PutAsync("promotion-codes/GOOD", """{"redeem":"1"}""")).Ok().GetProperty("times_redeemed").GetInt32().ShouldBe(3);
        (await shop.OwedAsync()).ShouldBe(2000);
    }

    [Fact]
    public async Task A_deleted_coupon_stops_with_its_codes_and_a_discounts_limit_counts_over_all_of_them()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("coupons", """{"uuid_code":"SPRING","coupon_discount_type":"percent","coupon_discount_amount":5,"redemption_times_status":true,"redemption_times_value":2,"promotion_codes":[{"code":"A1","partner_key":"JOHN20"},{"code":"A2","partner_key":"JOHN20"}]}""")).Ok(201);
        (await SellAsync(shop, "t1", "c1", "A1")).ShouldBe("partner_123");
        (await SellAsync(shop, "t2", "c2", "A2")).ShouldBe("partner_123");
        (await SellAsync(shop, "t3", "c3", "A1")).ShouldBeNull();
        (await shop.GetAsync("coupons/spring")).Ok().GetProperty("times_redeemed").GetInt32().ShouldBe(2);
        (await shop.PutAsync("coupons/SPRING", """{"name":"Late","metadata":{"x":"y"},"active":false}""")).Ok().GetProperty("name").GetString().ShouldBe("Late");
        (await shop.DeleteAsync("coupons/SPRING")).Done();
        (await shop.GetAsync("coupons/SPRING")).Refused(404, "not_found");
        (await shop.GetAsync("promotion-codes/A1")).Refused(404, "not_found");
        (await shop.GetAsync("coupons")).Each("uuid_code").ShouldBeEmpty();
        (await shop.PostAsync("coupons", """{"uuid_code":"spring","coupon_discount_type":"percent","coupon_discount_amount":5}""")).Refused(422, "key_taken", "uuid_code");
        (await shop.PostAsync("promotion-codes", """{"coupon_uuid":"SPRING","code":"B1"}""")).Refused(422, "invalid", "coupon_uuid");
        (await shop.PostAsync("coupons", """{"coupon_discount_type":"free","redemption_times_status":1}""")).Refused(422, "invalid", "redemption_times_value");
    }

    private static async Task CodeAsync(PartneroShop shop, string code, string more) =>
        (await shop.PostAsync("promotion-codes", $$"""{"coupon_uuid":"SPRING","code":"{{code}}","limit_to_specific_partner":true,"coupon_specific_partners":{"id":"partner_123"}{{more}}}""")).Ok(201);

    private static async Task<string?> SellAsync(PartneroShop shop, string key, string customer, string? code)
    {
        var made = (await shop.PostAsync("transactions", $$"""{"key":"{{key}}","amount":50,"customer":"{{customer}}","discount_code":"{{code}}"}""")).Ok(201);
        return made.GetProperty("partner").ValueKind == JsonValueKind.Null ? null : made.GetProperty("partner").GetString();
    }
}
