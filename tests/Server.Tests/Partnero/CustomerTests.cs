using System.Text.Json;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Customers of affiliate programmes: signed up, found, changed, put away, removed and back.</summary>
public sealed class CustomerTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    private const string Mia = """{"key":"c1","email":"mia@example.com","name":"Mia","surname":"Ray","tags":["vip"],"partner":{"key":"JOHN20"}}""";

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task A_sign_up_is_the_partners_and_its_object_is_as_published()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("customers", Mia)).Ok(201);
        made.EnumerateObject().Select(member => member.Name).ShouldBe(
            ["key", "id", "partner", "deleted", "status", "name", "surname", "email", "tags", "link", "via", "created_at", "updated_at"]);
        made.GetProperty("id").GetString().ShouldBe("c1");
        made.GetProperty("partner").GetString().ShouldBe("partner_123");
        made.GetProperty("via").GetString().ShouldBe("partner");
        made.GetProperty("tags")[0].GetProperty("value").GetString().ShouldBe("vip");
        (await shop.PostAsync("customers", Mia)).Refused(422, "key_taken", "key");
        (await shop.PostAsync("customers", """{"id":"c2","email":"mia@example.com","partner_key":"partner_123"}""")).Ok(201);
        (await shop.GetAsync("customers/mia%40example.com")).Ok().GetProperty("key").GetString().ShouldBe("c1");
        (await shop.GetAsync("customers/C1")).Refused(404, "not_found");
        (await shop.GetAsync("customers")).Each("key").ShouldBe(["c2", "c1"]);
        (await shop.GetAsync("customers?sort=asc&limit=1")).Each("key").ShouldBe(["c1"]);
    }

    [Fact]
    public async Task PN49_an_unknown_partner_or_no_claim_refuses_a_sign_up_and_stores_nothing()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("customers", """{"key":"c1","partner":{"key":"NOBODY"}}""")).Refused(400, "unknown_partner", "partner");
        (await shop.PostAsync("customers", """{"key":"c1","email":"a@example.com"}""")).Refused(422, "invalid", "partner");
        (await shop.PostAsync("customers", """{"partner":"JOHN20"}""")).Refused(422, "invalid", "key");
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(0);
        (await shop.PostAsync("transactions", """{"key":"t1","amount":5,"customer":"c1","partner":"NOBODY"}""")).Ok(201)
            .GetProperty("partner").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task PN17_filters_are_read_from_the_query_in_every_spelling_and_from_the_body()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("customers", Mia)).Ok(201);
        (await shop.PostAsync("customers", """{"key":"x2","email":"x@example.com","partner":"JOHN20"}""")).Ok(201);
        foreach (var query in (string[])["customer%5Bid%5D=c1", "customer[id]=c1", "customer.id=c1", "id=c1", "key=C1", "email=MIA@example.com"])
            (await shop.GetAsync("customers:search?" + query)).Each("key").ShouldBe(["c1"], query);
        (await shop.GetAsync("customers:search", """{"email":"x@example.com"}""")).Each("key").ShouldBe(["x2"]);
        (await shop.GetAsync("customers:search")).Each("key").ShouldBe(["x2", "c1"]);
        (await shop.GetAsync("customers%3Asearch?id=nobody")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("customers:search?email=nonsense")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("customers?partner[key]=partner_123")).Each("key").Count.ShouldBe(2);
        (await shop.GetAsync("customers?partner_key=nobody")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("customers?refer_status=non_referred")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("customers?refer_status=sometimes")).Refused(422, "invalid", "refer_status");
        (await shop.DeleteAsync("customers/x2", "[]")).Done();
    }

    [Fact]
    public async Task PN18_following_links_shows_each_of_the_first_customers_once_while_others_come()
    {
        const int Count = 1_000;
        var shop = await node.OpenSellingAsync();
        var people = node.Get<Signups.RegisterCustomer>();
        await Parallel.ForAsync(0, Count, async (n, ct) => await JoinAsync($"c{n}", ct));
        (await shop.GetAsync("customers?limit=0")).Each("key").Count.ShouldBe(1);
        (await shop.GetAsync("customers?limit=1000")).Each("key").Count.ShouldBe(250);
        (await shop.GetAsync("customers?limit=abc")).Refused(422, "invalid", "limit");
        foreach (var sort in (string[])["desc", "asc"])
        {
            var seen = new List<string?>();
            var next = "/v1/customers?limit=20&sort=" + sort;
            while (next is not null)
            {
                var page = (await shop.SendAsync("GET", next)).Is(200);
                seen.AddRange(page.Each("key"));
                for (var n = 0; n < 2; n++)
                    await JoinAsync($"{sort}{seen.Count}-{n}", default);
                next = page.Next is { } url && seen.Count < Count * 2 ? new Uri(url).PathAndQuery : null;
            }
            seen.Where(key => key!.StartsWith('c')).Order().ShouldBe(Enumerable.Range(0, Count).Select(n => $"c{n}").Order());
        }
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBeGreaterThan(Count + 200);

        async Task JoinAsync(string id, CancellationToken ct) =>
            (await people.ExecuteAsync(
                shop.Program, new Signups.CustomerInput { MerchantId = id }, new Signups.ReferralClaim { Code = "JOHN20" }, V1.V1Node.Operator, ct)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task PN19_numbers_nulls_and_unknown_members_are_forgiven()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("customers", """{"key":4711,"name":null,"email":"n@example.com","partner":{"key":"john20","noise":[1]},"programId":1,"status":"archived","balance":7}""")).Ok(201);
        made.GetProperty("key").GetString().ShouldBe("4711");
        made.GetProperty("status").GetString().ShouldBe("active");
        var sold = (await shop.PostAsync("transactions", """{"key":99,"amount":"99.99","customer":{"key":4711},"name":null,"referrer_id":1}""")).Ok(201);
        sold.GetProperty("amount").GetRawText().ShouldBe("99.99");
        sold.GetProperty("key").GetString().ShouldBe("99");
    }

    [Fact]
    public async Task PN20_five_bodies_change_the_same_customer()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("customers", """{"partner":{"key":"JOHN20"},"customer":{"key":"c1","email":"mia@example.com"}}""")).Ok(201);
        (string Path, string Body)[] bodies =
        [
            ("customers/c1", """{"name":"A"}"""),
            ("customers/c1", """{"customer":{"name":"B"},"partner":{"key":"JOHN20"}}"""),
            ("customers/c1", """{"update":{"name":"C"}}"""),
            ("customers", """{"key":"c1","name":"D"}"""),
            ("customers", """{"customer":{"email":"mia@example.com"},"update":{"name":"E"}}"""),
        ];
        for (var n = 0; n < bodies.Length; n++)
        {
            (await shop.PutAsync(bodies[n].Path, bodies[n].Body)).Ok().GetProperty("name").GetString().ShouldBe(((char)('A' + n)).ToString());
            (await shop.GetAsync("customers/c1")).Ok().GetProperty("email").GetString().ShouldBe("mia@example.com");
        }
        var cleared = (await shop.PutAsync("customers/c1", """{"name":null,"email":null,"tags":["x"],"partner":"nobody"}""")).Ok();
        cleared.GetProperty("name").ValueKind.ShouldBe(JsonValueKind.Null);
        cleared.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        cleared.GetProperty("partner").GetString().ShouldBe("partner_123");
        (await shop.PutAsync("customers", """{"name":"F"}""")).Refused(422, "invalid", "key");
        (await shop.PutAsync("customers/none", """{"name":"F"}""")).Refused(404, "not_found");
        (await shop.PutAsync("customers/c1", """{"email":"nonsense"}""")).Refused(422, "invalid", "email");
    }

    [Fact]
    public async Task PN48_the_partners_own_address_earns_nothing_and_the_reason_is_told()
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("customers", """{"key":"c1","email":"John+shop@EXAMPLE.com","partner":"JOHN20"}""")).Ok(201);
        made.GetProperty("partner").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shop.CountAsync("select count(*) from touches where program_id = @program and outcome = 'self_referral'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_archived_customers_orders_are_recorded_and_earn_nothing()
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("customers", Mia)).Ok(201);
        (await shop.PostAsync("customers/c1/revoke-archive")).Refused(400, "wrong_state");
        (await shop.PostAsync("customers/c1/archive")).Done();
        (await shop.PostAsync("customers/c1/archive")).Refused(400, "wrong_state");
        (await shop.GetAsync("customers?status=archived")).Each("key").ShouldBe(["c1"]);
        var idle = (await shop.PostAsync("transactions", """{"key":"t1","amount":10,"customer":"c1"}""")).Ok(201);
        idle.GetProperty("rewards").GetArrayLength().ShouldBe(0);
        (await shop.PostAsync("transactions", """{"key":"t2","amount":10,"reward":4,"customer":"c1"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(0);
        (await shop.PostAsync("customers/c1/revoke-archive")).Done();
        (await shop.PostAsync("transactions/t1/archive")).Done();
        (await shop.PostAsync("transactions/t1/revoke-archive")).Done();
        (await shop.OwedAsync()).ShouldBe(0);
        (await shop.PostAsync("transactions", """{"key":"t3","amount":10,"customer":"c1"}""")).Ok(201).GetProperty("rewards").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_removed_customer_comes_back_with_a_new_profile_and_is_attributed_anew()
    {
        var shop = await node.OpenSellingAsync();
        await shop.AddPartnerAsync("other", "OTHER1", "other@example.com");
        (await shop.PostAsync("customers", Mia)).Ok(201);
        (await shop.PostAsync("transactions", """{"key":"t1","amount":10,"customer":"c1"}""")).Ok(201);
        (await shop.DeleteAsync("customers/c1")).Done();
        (await shop.DeleteAsync("customers/c1")).Refused(404, "not_found");
        (await shop.GetAsync("customers/c1")).Refused(404, "not_found").Json.GetProperty("status").GetInt32().ShouldBe(0);
        (await shop.GetAsync("customers")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("customers?status=deleted")).Each("status").ShouldBe(["deleted"]);
        (await shop.OwedAsync()).ShouldBe(200);
        (await shop.GetAsync("transactions/t1")).Ok().GetProperty("customer").GetString().ShouldBe("c1");
        var back = (await shop.PostAsync("customers", """{"key":"c1","name":"Ann","partner":"OTHER1"}""")).Ok(201);
        back.GetProperty("partner").GetString().ShouldBe("other");
        back.GetProperty("name").GetString().ShouldBe("Ann");
        back.GetProperty("email").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shop.PostAsync("customers", Mia)).Refused(422, "key_taken", "key");
        (await shop.DeleteAsync("customers/c1")).Done();
        var sold = (await shop.PostAsync("transactions", """{"key":"t2","amount":10,"customer":"c1"}""")).Ok(201);
        sold.GetProperty("partner").ValueKind.ShouldBe(JsonValueKind.Null);
        (await shop.GetAsync("customers/c1")).Ok();
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("\\ud800")]
    public async Task N6_text_that_cannot_be_kept_is_refused(string text)
    {
        var shop = await node.OpenSellingAsync();
        (await shop.PostAsync("customers", $$"""{"key":"c1","name":"{{text}}","partner":"JOHN20"}""")).Refused(422, "invalid");
    }

    [Theory]
    [InlineData("'; drop table orders; --")]
    [InlineData("\\u202Eright to left\\u202C")]
    [InlineData("İstanbul ıI")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("=1+1")]
    public async Task N6_hostile_text_is_kept_as_it_came(string name)
    {
        var shop = await node.OpenSellingAsync();
        var made = (await shop.PostAsync("customers", $$"""{"key":"{{name}}","name":"{{name}}","partner":"JOHN20"}""")).Ok(201);
        made.GetProperty("name").GetString().ShouldBe(JsonDocument.Parse($"\"{name}\"").RootElement.GetString());
        (await shop.GetAsync("customers:search?id=" + Uri.EscapeDataString(made.GetProperty("key").GetString()!))).Each("key").Count.ShouldBe(1);
    }
}
