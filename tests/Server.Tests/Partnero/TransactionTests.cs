using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Transactions: recorded, repeated, taken back, restored, refunded.</summary>
public sealed class TransactionTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    private const string Sale = """{"key":"t1","amount":50,"customer":{"key":"c1","email":"c1@example.com"},"partner":{"key":"JOHN20"}}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task A_sale_creates_its_customer_is_the_partners_and_earns_a_fifth()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("transactions", Sale)).Ok(201);
        made.GetProperty("key").GetString().ShouldBe("t1");
        made.GetProperty("action").GetString().ShouldBe("sale");
        made.GetProperty("amount").GetRawText().ShouldBe("50");
        made.GetProperty("partner").GetString().ShouldBe("partner_123");
        made.GetProperty("customer").GetString().ShouldBe("c1");
        made.GetProperty("via").GetString().ShouldBe("partner");
        var reward = made.GetProperty("rewards")[0];
        reward.GetProperty("amount").GetRawText().ShouldBe("10");
        reward.GetProperty("status").GetString().ShouldBe("ok");
        reward.GetProperty("partner").GetString().ShouldBe("partner_123");
        made.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "key", "action", "amount", "partner", "customer", "credit", "is_currency", "amount_units", "created_at", "deleted_at", "rewards",
            "referring_customer", "link", "via", "discount_code", "gross_amount", "discount_amount", "refunded_amount", "archived",
        ]);
        (await shop.GetAsync("transactions/t1")).Ok().GetRawText().ShouldBe(made.GetRawText());
        (await shop.GetAsync("customers/c1")).Ok().GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.GetAsync("customers/c1/transactions")).Each("key").ShouldBe(["t1"]);
    }

    [Fact]
    public async Task PN50_the_same_transaction_64_times_at_once_is_one_order_that_earns_once()
    {
        var shop = await node.OpenSellingAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => shop.PostAsync("transactions", Sale)));
        replies.Count(reply => reply.Status == 201).ShouldBe(1);
        replies.Count(reply => reply.Status == 200).ShouldBe(63);
        replies.Select(reply => reply.Text).Distinct().Count().ShouldBe(1);
        replies.Count(reply => reply.Header("Idempotency-Replayed") == "true").ShouldBe(63);
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(1);
        (await shop.OwedAsync()).ShouldBe(1000);
        await shop.StatsShouldBeAsync("JOHN20", """{"clicks":0,"unique_clicks":0,"leads":1,"conversions":1,"revenue":[{"currency":"USD","amount":50}]}""");
        (await shop.PostAsync("transactions", Sale.Replace("50", "51", StringComparison.Ordinal))).Refused(409, "conflict");
        (await shop.PostAsync("transactions", Sale.Replace("\"amount\"", "\"product_id\":7,\"amount\"", StringComparison.Ordinal))).Refused(409, "conflict");
        (await shop.PostAsync("transactions", Sale.Replace("c1", "c2", StringComparison.Ordinal))).Refused(409, "conflict");
        (await shop.GetAsync("customers/c2")).Refused(404, "not_found");
    }

    [Fact]
    public async Task PN51_a_batch_with_one_bad_amount_stores_nothing_and_corrected_all()
    {
        var shop = await node.OpenSellingAsync();
        const string Batch = """
            {"customer":{"key":"c1"},"partner_key":"JOHN20","transactions":[{"key":"a","amount":10},{"key":"b","amount":"AMOUNT"},{"key":"c","amount":30,"amount_units":"EUR"}]}
            """;
        (await shop.PostAsync("transactions", Batch.Replace("AMOUNT", "ten", StringComparison.Ordinal))).Refused(422, "invalid", "transactions.1.amount");
        (await shop.PostAsync("transactions", Batch.Replace("AMOUNT", "-1", StringComparison.Ordinal))).Refused(422, "invalid", "transactions.1.amount");
        (await shop.CountAsync("select count(*) from orders where program_id = @program")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(0);
        var made = (await shop.PostAsync("transactions", Batch.Replace("AMOUNT", "20", StringComparison.Ordinal))).Ok(201);
        made.EnumerateArray().Select(each => each.GetProperty("key").GetString()).ShouldBe(["a", "b", "c"]);
        made[2].GetProperty("amount_units").GetString().ShouldBe("EUR");
        made[2].GetProperty("rewards")[0].GetProperty("amount").GetRawText().ShouldBe("6");
        (await shop.PostAsync("transactions", Batch.Replace("AMOUNT", "20", StringComparison.Ordinal))).Ok(200).GetArrayLength().ShouldBe(3);
        var conflict = Batch.Replace("AMOUNT", "21", StringComparison.Ordinal).Replace("\"a\"", "\"d\"", StringComparison.Ordinal);
        (await shop.PostAsync("transactions", conflict)).Refused(409, "conflict");
        (await shop.GetAsync("transactions/d")).Refused(404, "not_found");
    }

    [Fact]
    public async Task PN52_a_deleted_transaction_leaves_nothing_and_its_key_earns_once_again()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("transactions", Sale.Replace("t1", "t0", StringComparison.Ordinal))).Ok(201);
        (await shop.PostAsync("transactions", Sale)).Ok(201);
        (await shop.DeleteAsync("transactions/t1")).Done();
        (await shop.OwedAsync()).ShouldBe(1000);
        (await shop.CountAsync("""
            select coalesce(sum(case e.side when 'debit' then e.amount else -e.amount end), 0)
            from entries e join orders o on o.program_id = e.program_id and o.order_key = e.order_key
            where e.program_id = @program and o.order_id = 't1' and e.recipient_id is not null
            """)).ShouldBe(0);
        (await shop.GetAsync("transactions/t1")).Refused(404, "not_found");
        (await shop.DeleteAsync("transactions", """{"key":"t1"}""")).Refused(404, "not_found");
        (await shop.GetAsync("transactions")).Each("key").ShouldBe(["t0"]);
        (await shop.PostAsync("transactions", Sale)).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(1);
        (await shop.PostAsync("transactions", Sale)).Ok(200);
        (await shop.OwedAsync()).ShouldBe(2000);
        (await shop.DeleteAsync("transactions", """{"key":"t1"}""")).Done();
        (await shop.OwedAsync()).ShouldBe(1000);
        (await shop.DeleteAsync("transactions")).Refused(422, "invalid", "key");
    }

    [Fact]
    public async Task PN53_what_is_archived_goes_and_comes_back_exactly()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("transactions", Sale)).Ok(201);
        for (var round = 0; round < 2; round++)
        {
            (await shop.PostAsync("transactions/t1/archive")).Done();
            (await shop.PostAsync("transactions/t1/archive")).Refused(400, "wrong_state");
            (await shop.OwedAsync()).ShouldBe(0);
            var archived = (await shop.GetAsync("transactions/t1")).Ok();
            archived.GetProperty("archived").GetBoolean().ShouldBeTrue();
            archived.GetProperty("deleted_at").ValueKind.ShouldBe(JsonValueKind.String);
            archived.GetProperty("rewards")[0].GetProperty("status").GetString().ShouldBe("reversed");
            (await shop.GetAsync("transactions")).Each("key").ShouldBeEmpty();
            (await shop.GetAsync("transactions?archived=1")).Each("key").ShouldBe(["t1"]);
            (await shop.PostAsync("transactions/t1/revoke-archive")).Done();
            (await shop.PostAsync("transactions/t1/revoke-archive")).Refused(400, "wrong_state");
            (await shop.OwedAsync()).ShouldBe(1000);
        }
        var restored = (await shop.GetAsync("transactions/t1")).Ok();
        restored.GetProperty("deleted_at").ValueKind.ShouldBe(JsonValueKind.Null);
        restored.GetProperty("rewards").EnumerateArray().Last().GetProperty("amount").GetRawText()
            .ShouldBe(made.GetProperty("rewards")[0].GetProperty("amount").GetRawText());
        (await shop.PostAsync("transactions/none/archive")).Refused(404, "not_found");
    }

    [Fact]
    public async Task PN56_amounts_earn_by_their_currencys_own_decimals()
    {
        var shop = await node.OpenSellingAsync();
        foreach (var key in (string[])["a", "b", "c"])
            (await EarnedAsync(shop, $$"""{"key":"{{key}}","amount":10.05,"customer":"c1","partner":"JOHN20"}""")).ShouldBe("2.01");
        (await EarnedAsync(shop, """{"key":"j","amount":105,"currency":"jpy","customer":"c1"}""")).ShouldBe("21");
        (await EarnedAsync(shop, """{"key":"k","amount":"1.005","amount_units":"KWD","customer":"c1"}""")).ShouldBe("0.201");
        var free = (await shop.PostAsync("transactions", """{"key":"z","amount":0,"customer":"c1"}""")).Ok(201);
        free.GetProperty("rewards").GetArrayLength().ShouldBe(0);
        free.GetProperty("via").GetString().ShouldBe("customer");
        var noise = (await shop.PostAsync("transactions", """{"key":"n","amount":29.970000000000002,"customer":"c1"}""")).Ok(201);
        noise.GetProperty("amount").GetRawText().ShouldBe("29.97");
        (await shop.PostAsync("transactions", """{"key":"x","amount":1e400,"customer":"c1"}""")).Refused(422, "invalid", "amount");
        (await shop.PostAsync("transactions", """{"key":"x","amount":1,"amount_units":"ZZZ","customer":"c1"}""")).Refused(422, "invalid", "amount_units");
    }

    [Fact]
    public async Task A_stated_reward_takes_the_place_of_what_campaigns_give_and_goes_with_the_order()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("transactions", """{"key":"t1","reward":7.5,"amount":100,"customer":"c1","partner":"JOHN20"}""")).Ok(201);
        made.GetProperty("rewards").GetArrayLength().ShouldBe(1);
        made.GetProperty("rewards")[0].GetProperty("amount").GetRawText().ShouldBe("7.5");
        (await shop.OwedAsync()).ShouldBe(750);
        (await shop.PostAsync("transactions/t1/refund", """{"key":"r1","amount":40}""")).Ok().GetProperty("refunded_amount").GetRawText().ShouldBe("40");
        (await shop.OwedAsync()).ShouldBe(750);
        (await shop.PostAsync("transactions/t1/archive")).Done();
        (await shop.OwedAsync()).ShouldBe(0);
        (await shop.PostAsync("transactions/t1/revoke-archive")).Done();
        (await shop.OwedAsync()).ShouldBe(750);
        var alone = (await shop.PostAsync("transactions", """{"key":"t2","reward":3,"customer":"c1"}""")).Ok(201);
        alone.GetProperty("amount").GetRawText().ShouldBe("0");
        (await shop.OwedAsync()).ShouldBe(1050);
        (await shop.DeleteAsync("transactions/t2")).Done();
        (await shop.OwedAsync()).ShouldBe(750);
    }

    [Fact]
    public async Task What_was_rewarded_outside_is_paid_at_once_and_what_is_not_rewardable_earns_nothing()
    {
        var shop = await node.OpenSellingAsync();
        var paid = (await shop.PostAsync("transactions", """{"key":"t1","amount":100,"rewarded":true,"customer":"c1","partner":"JOHN20"}""")).Ok(201);
        paid.GetProperty("rewards")[0].GetProperty("state").GetString().ShouldBe("paid");
        (await shop.CountAsync("select coalesce(sum(paid), 0) from balances where program_id = @program")).ShouldBe(2000);
        (await shop.PostAsync("transactions/t1/archive")).Done();
        (await shop.CountAsync("select coalesce(sum(receivable), 0) from balances where program_id = @program")).ShouldBe(2000);
        (await shop.PostAsync("transactions/t1/revoke-archive")).Done();
        (await shop.CountAsync("select coalesce(sum(available - receivable), 0) from balances where program_id = @program")).ShouldBe(0);
        (await shop.PostAsync("transactions/t1/archive")).Done();
        (await shop.CountAsync("select coalesce(sum(paid + available - receivable), 0) from balances where program_id = @program")).ShouldBe(0);
        var none = (await shop.PostAsync("transactions", """{"key":"t2","amount":100,"rewardable":"0","customer":"c1"}""")).Ok(201);
        none.GetProperty("rewards").GetArrayLength().ShouldBe(0);
        none.GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.PostAsync("transactions/t2/archive")).Done();
        (await shop.PostAsync("transactions/t2/revoke-archive")).Done();
        (await shop.GetAsync("transactions/t2")).Ok().GetProperty("rewards").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Other_actions_are_for_campaigns_that_ask_for_them()
    {
        var shop = await node.OpenSellingAsync();
        var fixedSum = new FixedAmount(new Money(300, Currency.Of("USD")));
        await shop.StartAsync(SellingShop.Paying(fixedSum, StepTrigger.Event) with
        {
            Steps = [new CampaignStep { Number = 1, Name = "upgrade", Trigger = StepTrigger.Event, EventName = "upgrade", Lines = [Offers.Line(1, RewardRole.Referrer, fixedSum)] }],
        });
        var made = (await shop.PostAsync("transactions", """{"key":"u1","action":"upgrade","customer":"c1","partner":"JOHN20"}""")).Ok(201);
        made.GetProperty("action").GetString().ShouldBe("upgrade");
        made.GetProperty("rewards").EnumerateArray().Select(reward => reward.GetProperty("amount").GetRawText()).ShouldBe(["3"]);
        (await shop.GetAsync("transactions?action=upgrade")).Each("key").ShouldBe(["u1"]);
        (await shop.GetAsync("transactions?action=sale")).Each("key").ShouldBeEmpty();
        (await shop.PostAsync("transactions", """{"key":"u2","action":"downgrade","amount":50,"customer":"c1"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Products_are_conditions_of_campaigns()
    {
        var shop = await node.OpenSellingAsync(campaign: SellingShop.Paying(new PercentAmount(new Rate(200_000), new Dictionary<string, long>())) with
        {
            Steps =
            [
                new CampaignStep
                {
                    Number = 1, Name = "sale", Trigger = StepTrigger.Order,
                    Conditions = Offers.Where("item.product_id", ConditionOperator.Eq, "7"),
                    Lines = [Offers.Line(1, RewardRole.Referrer, new PercentAmount(new Rate(200_000), new Dictionary<string, long>()))],
                },
            ],
        });
        (await EarnedAsync(shop, """{"key":"a","amount":10,"product_id":[5,7],"product_type":"book","customer":"c1","partner":"JOHN20"}""")).ShouldBe("2");
        var shown = (await shop.GetAsync("transactions/a")).Ok().GetProperty("rewards")[0].GetProperty("product_type_data");
        shown.GetRawText().ShouldBe("""{"product_id":[5,7],"product_type":"book"}""");
        (await shop.PostAsync("transactions", """{"key":"b","amount":10,"product_id":"8","customer":"c1"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Refunds_of_parts_add_up_and_are_told_apart_by_their_keys()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("transactions", Sale)).Ok(201);
        (await shop.PostAsync("transactions/t1/refund", """{"key":"r1","amount":20}""")).Ok().GetProperty("refunded_amount").GetRawText().ShouldBe("20");
        (await shop.PostAsync("transactions/t1/refund", """{"key":"r1","amount":20}""")).Ok().GetProperty("refunded_amount").GetRawText().ShouldBe("20");
        (await shop.OwedAsync()).ShouldBe(600);
        (await shop.PostAsync("transactions/t1/refund", """{"key":"r2","amount":30.01}""")).Refused(422, "invalid", "amount");
        (await shop.PostAsync("transactions/t1/refund", """{"key":"r1","amount":21}""")).Refused(409, "conflict");
        (await shop.PostAsync("transactions/t1/refund", """{"amount":1}""")).Refused(422, "invalid", "key");
        (await shop.PostAsync("transactions/none/refund", """{"key":"r1","amount":1}""")).Refused(404, "not_found");
    }

    [Fact]
    public async Task Orders_too_close_together_are_held()
    {
        var shop = await node.OpenSellingAsync(new JsonObject { ["partnero"] = new JsonObject { ["minOrderIntervalSeconds"] = 60 } });
        (await StateAsync(shop, """{"key":"a","amount":10,"customer":"c1","partner":"JOHN20"}""")).ShouldBe("available");
        (await StateAsync(shop, """{"key":"b","amount":10,"customer":"c1"}""")).ShouldBe("held");
        (await StateAsync(shop, """{"key":"c","amount":10,"customer":"c2","partner":"JOHN20"}""")).ShouldBe("available");
        node.Clock.Advance(TimeSpan.FromSeconds(61));
        (await StateAsync(shop, """{"key":"d","amount":10,"customer":"c1"}""")).ShouldBe("available");
        (await shop.PostAsync("transactions/b/archive")).Done();
        (await shop.PostAsync("transactions/b/revoke-archive")).Done();
        (await shop.GetAsync("transactions/b")).Ok().GetProperty("rewards").EnumerateArray().Last().GetProperty("state").GetString().ShouldBe("held");
    }

    [Fact]
    public async Task Without_any_claim_and_with_an_unknown_partner_the_sale_is_kept()
    {
        var shop = await node.OpenSellingAsync();
        var alone = (await shop.PostAsync("transactions", """{"key":"a","amount":10,"customer":{"email":"Mia@example.com"}}""")).Ok(201);
        alone.GetProperty("partner").ValueKind.ShouldBe(JsonValueKind.Null);
        alone.GetProperty("customer").GetString().ShouldBe("Mia@example.com");
        alone.GetProperty("rewards").GetArrayLength().ShouldBe(0);
        (await shop.PostAsync("transactions", """{"key":"b","amount":10,"customer":"c2","partner":{"key":"NOBODY"}}""")).Ok(201)
            .GetProperty("partner").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shop.PostAsync("transactions", """{"key":"c","amount":10}""")).Refused(422, "invalid", "customer");
        (await shop.PostAsync("transactions", """{"key":"c","customer":"c3"}""")).Refused(422, "invalid", "amount");
        var strict = await node.OpenSellingAsync(new JsonObject { ["partnero"] = new JsonObject { ["strictCustomers"] = true } });
        (await strict.PostAsync("transactions", Sale)).Refused(422, "invalid", "customer");
        (await strict.PostAsync("transactions", Sale[..^1] + ""","options":{"create_customer":true}}""")).Ok(201);
    }

    [Fact]
    public async Task Composite_ids_are_the_customers_own_and_points_are_no_money()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("transactions", Sale)).Ok(201);
        (await shop.PostAsync("transactions", """{"key":"t2","amount":10,"customer":"c1__pkey_partner_123"}""")).Ok(201).GetProperty("customer").GetString().ShouldBe("c1");
        (await shop.PostAsync("transactions", """{"key":"t3","amount":10,"customer":"c9__pkey_partner_123"}""")).Ok(201).GetProperty("customer").GetString().ShouldBe("c9");
        var points = (await shop.PostAsync("transactions", """{"key":"p","amount":250,"is_currency":false,"amount_units":"stars","customer":"c1"}""")).Ok(201);
        points.GetProperty("amount").GetRawText().ShouldBe("250");
        points.GetProperty("amount_units").GetString().ShouldBe("stars");
        points.GetProperty("is_currency").GetBoolean().ShouldBeFalse();
        points.GetProperty("rewards").GetArrayLength().ShouldBe(0);
        (await shop.PostAsync("transactions", """{"key":"p","amount":251,"is_currency":false,"amount_units":"stars","customer":"c1"}""")).Refused(409, "conflict");
    }

    [Fact]
    public async Task A_retry_by_idempotency_key_is_the_same_order()
    {
        var shop = await node.OpenSellingAsync();
        const string Keyless = """{"amount":50,"customer":"c1","partner":"JOHN20"}""";
        var first = (await shop.PostAsync("transactions", Keyless, ("Idempotency-Key", "again"))).Is(201);
        var second = (await shop.PostAsync("transactions", Keyless, ("Idempotency-Key", "again"))).Is(201);
        second.Header("Idempotency-Replayed").ShouldBe("true");
        second.Text.ShouldBe(first.Text);
        first.Data.GetProperty("key").GetString().ShouldBe("again");
        (await shop.PostAsync("transactions", """{"amount":51,"customer":"c1"}""", ("Idempotency-Key", "again"))).Refused(409, "conflict");
        (await shop.PostAsync("transactions", Keyless)).Ok(201).GetProperty("key").GetString().ShouldNotBe("again");
    }

    [Theory]
    [InlineData("transactions")]
    [InlineData("customers")]
    [InlineData("coupons")]
    [InlineData("promotion-codes")]
    [InlineData("leads")]
    [InlineData("webhooks")]
    public async Task N4_no_body_whatsoever_breaks_a_call_that_creates(string path)
    {
        var shop = await node.OpenSellingAsync();
        foreach (var body in Gameball.Wire.JsonCases.Malformed())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + path) { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = new("Bearer", shop.Token);
            using var answer = await node.Server.Client.SendAsync(request);
            ((int)answer.StatusCode).ShouldBeOneOf([400, 422], System.Text.Encoding.UTF8.GetString(body));
        }
        foreach (var value in (string[])["null", "true", "7", "\"x\"", "[]", "[1]", "{\"id\":{}}", "[[[]]]", "-0", "1e400"])
        {
            var members = string.Join(',', ((string[])
            [
                "key", "id", "email", "name", "amount", "customer", "partner", "options", "transactions", "reward", "product_id", "metadata", "tags",
                "custom_fields", "promotion_codes", "coupon_code", "code", "coupon_uuid", "discount_value", "cfields", "url", "events", "created_at",
            ]).Select(name => $"\"{name}\":{value}"));
            (await shop.PostAsync(path, $"{{{members}}}")).Status.ShouldBeLessThan(500, value);
        }
    }

    private static async Task<string> EarnedAsync(PartneroShop shop, string body) =>
        (await shop.PostAsync("transactions", body)).Ok(201).GetProperty("rewards")[0].GetProperty("amount").GetRawText();

    private static async Task<string?> StateAsync(PartneroShop shop, string body) =>
        (await shop.PostAsync("transactions", body)).Ok(201).GetProperty("rewards")[0].GetProperty("state").GetString();
}
