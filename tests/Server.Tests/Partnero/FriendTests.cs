using System.Text.Json;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Customers who refer customers.</summary>
public sealed class FriendTests(PartneroNode node) : IClassFixture<PartneroNode>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync() => await Invariants.CheckAsync(node.Server.Services);

    [Fact]
    public async Task PN57_a_friends_order_pays_the_referring_customer_and_a_credit_counts_once()
    {
        var shop = await node.OpenFriendsAsync();
        var ann = (await shop.PostAsync("customers", """{"id":"u1","key":"ANN-1","email":"ann@example.com","name":"Ann","metadata":{"date_of_birth":"1990-01-02"},"custom_fields":{"team":"red"}}""")).Ok(201);
        ann.EnumerateObject().Select(member => member.Name).ShouldBe(
        [
            "id", "key", "email", "name", "surname", "status", "approved", "tos", "referring_customer", "referrals_count", "metadata", "referral_link",
            "referral_links", "referral_code", "referral_url", "custom_fields", "tags", "created_at", "updated_at",
        ]);
        ann.GetProperty("key").GetString().ShouldBe("ANN-1");
        ann.GetProperty("referral_url").GetString()!.ShouldEndWith("?ref=ANN-1");
        ann.GetProperty("metadata").GetProperty("date_of_birth").GetString().ShouldBe("1990-01-02");
        var bob = (await shop.PostAsync("customers", """{"id":"u2","email":"bob@example.com","referring_customer":{"key":"ann-1"}}""")).Ok(201);
        bob.GetProperty("referring_customer").GetProperty("id").GetString().ShouldBe("u1");
        var sold = (await shop.PostAsync("transactions", """{"key":"t1","amount":100,"customer":{"id":"u2"}}""")).Ok(201);
        sold.GetProperty("referring_customer").GetString().ShouldBe("u1");
        sold.GetProperty("rewards")[0].GetProperty("amount").GetRawText().ShouldBe("20");
        (await shop.GetAsync("customers/ANN-1/referrals")).Each("id").ShouldBe(["u2"]);
        var stats = (await shop.GetAsync("customers/u1/stats")).Ok();
        stats.GetProperty("signups").GetInt32().ShouldBe(1);
        stats.GetProperty("sales_count").GetInt32().ShouldBe(1);
        stats.GetProperty("referrals_count").GetInt32().ShouldBe(1);
        stats.GetProperty("revenue")[0].GetProperty("amount").GetRawText().ShouldBe("100");
        stats.GetProperty("rewards").GetProperty("available")[0].GetProperty("amount").GetRawText().ShouldBe("20");
        Available((await shop.GetAsync("customers/u1/balance")).Ok()).ShouldBe("20");
        for (var n = 0; n < 2; n++)
            Available((await shop.PostAsync("customers/u1/balance/credit", """{"amount":"5.50","key":"gift","note":"thanks"}""")).Ok()).ShouldBe("25.5");
        (await shop.PostAsync("customers/u1/balance/credit", """{"amount":6,"key":"gift"}""")).Refused(409, "conflict");
        (await shop.PostAsync("customers/u1/balance/credit", """{"amount":0}""")).Refused(422, "invalid", "amount");
        var points = (await shop.PostAsync("customers/u1/balance/credit", """{"amount":7,"is_currency":false,"amount_units":"stars"}""")).Ok();
        points.GetProperty("balance").GetProperty("custom")[0].GetProperty("amount_units").GetString().ShouldBe("stars");
    }

    [Fact]
    public async Task Names_of_customers_are_taken_once_and_generated_where_they_are_left_out()
    {
        var shop = await node.OpenFriendsAsync();
        var only = (await shop.PostAsync("customers", """{"key":"mia","email":"mia@example.com"}""")).Ok(201);
        (only.GetProperty("id").GetString(), only.GetProperty("key").GetString()).ShouldBe(("mia", "mia"));
        (await shop.PostAsync("customers", """{"id":"x","key":"MIA"}""")).Refused(422, "key_taken", "key");
        (await shop.PostAsync("customers", """{"id":"mia","key":"other"}""")).Refused(422, "key_taken", "key");
        (await shop.PostAsync("customers", """{"id":"y","email":"MIA@example.com"}""")).Refused(422, "email_taken", "email");
        (await shop.PostAsync("customers", """{"id":"y","referring_customer":{"key":"nobody"}}""")).Refused(422, "invalid", "referring_customer");
        (await shop.PostAsync("customers", """{"id":"y","key":"not a code"}""")).Refused(422, "invalid", "key");
        var none = (await shop.PostAsync("customers", "[]")).Ok(201);
        none.GetProperty("id").GetString()!.Length.ShouldBe(12);
        none.GetProperty("key").GetString().ShouldNotBeNullOrEmpty();
        (await shop.PutAsync("customers/mia", """{"email":"new@example.com"}""")).Ok();
        (await shop.PutAsync("customers", """{"id":"x"}""")).Refused(404, "not_found");
        (await shop.GetAsync("customers:search?key=mi")).Each("id").ShouldBe(["mia"]);
        var affiliate = await node.OpenSellingAsync();
        foreach (var path in (string[])["customers/c1/stats", "customers/c1/balance", "customers/c1/referrals"])
            (await affiliate.GetAsync(path)).Refused(403, "forbidden");
    }

    [Fact]
    public async Task An_invitation_is_mailed_once_a_day_and_makes_the_customer()
    {
        var shop = await node.OpenFriendsAsync();
        for (var n = 0; n < 2; n++)
            (await shop.PostAsync("customers:invite", """{"email":"joe@example.com","name":"Joe","personalization":{"hello":"Hi"}}""")).Ok().GetProperty("name").GetString().ShouldBe("Joe");
        (await shop.CountAsync("select count(*) from outgoing_mails where program_id = @program")).ShouldBe(1);
        (await shop.CountAsync("select count(*) from customers where program_id = @program")).ShouldBe(1);
        node.Clock.Advance(TimeSpan.FromHours(25));
        (await shop.PostAsync("customers:invite", """{"email":"JOE@example.com"}""")).Ok();
        (await shop.CountAsync("select count(*) from outgoing_mails where program_id = @program")).ShouldBe(2);
        (await shop.PostAsync("customers:invite", "{}")).Refused(422, "invalid", "email");
    }

    private static string Available(JsonElement shown) => shown.GetProperty("balance").GetProperty("currency")[0].GetProperty("amount").GetRawText();
}
