using Tributary.Programs;
using Tributary.Server.Api.Partnero;

namespace Tributary.Server.Tests.Partnero;

/// <summary>What holds for every call of the dialect; <see cref="Reply"/> looks at the shape of each answer.</summary>
public sealed class EveryCallTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Theory]
    [InlineData(PartneroType.Affiliate, PartneroShop.Short)]
    [InlineData(PartneroType.Affiliate, PartneroShop.Long)]
    [InlineData(PartneroType.ReferAFriend, PartneroShop.Short)]
    public async Task PN16_every_answer_of_every_call_is_JSON_with_a_status(PartneroType type, string prefix)
    {
        var shop = await node.OpenAsync(type);
        foreach (var route in node.Get<PartneroRouter>().Routes)
        {
            var target = prefix + string.Join('/', route.Segments.Select(segment => PartneroRoute.IsName(segment) ? "nobody" : segment));
            (await shop.AskAsync(route.Method, target)).Refused(401, "unauthenticated");
            (await shop.AskAsync(route.Method, target, "{", ("Authorization", "Bearer nonsense"))).Refused(401, "unauthenticated");
            (await shop.SendAsync("PATCH", target)).Refused(405, "method_not_allowed");
            foreach (var body in (string?[])["{", null, "{}", "[]", """{"id":{},"key":[1],"email":7,"amount":"x","customer":[],"partner":null,"limit":"abc","tags":{}}"""])
            {
                var reply = await shop.SendAsync(route.Method, target, body);
                reply.Type.ShouldBe("application/json", $"{route.Method} {target} {body}");
                reply.Status.ShouldBeLessThan(500, $"{route.Method} {target} {body}: {reply.Text}");
                if (route.Only is { } only && only != type)
                    reply.Refused(403, "forbidden");
                else if (body == "{")
                    reply.Refused(400, "malformed");
            }
        }
    }

    [Fact]
    public async Task N7_no_text_of_a_query_is_taken_for_a_statement()
    {
        var shop = await node.OpenAsync();
        foreach (var route in node.Get<PartneroRouter>().Routes.Where(route => route.IsList && route.Only is null && !route.Segments.Any(PartneroRoute.IsName)))
        {
            var query = string.Join('&', route.Reads.Where(read => read.Name is not ("limit" or "page")).Select(read => $"{read.Name}=%27%20or%201%3D1%20--"));
            var reply = await shop.GetAsync($"{route.Pattern}?{query}");
            reply.Status.ShouldBeOneOf([200, 422], reply.Text);
            if (reply.Status == 200)
                reply.Data.GetArrayLength().ShouldBe(0, route.Pattern);
        }
    }

    [Fact]
    public async Task PN34_a_partner_who_is_put_away_earns_nothing_until_it_is_back()
    {
        var shop = await node.OpenAsync();
        (await shop.PostAsync("customers", """{"key":"c1","partner":{"key":"JOHN20"}}""")).Ok(201);
        (await RewardsAsync("t1")).ShouldBe(1);
        (await shop.PostAsync("partners/partner_123/archive")).Done();
        (await RewardsAsync("t2")).ShouldBe(0);
        (await shop.PostAsync("partners/partner_123/revoke-archive")).Done();
        (await RewardsAsync("t3")).ShouldBe(1);
        var one = (await shop.GetAsync("partners/partner_123")).Ok();
        one.GetProperty("referrals").GetProperty("signups").GetInt32().ShouldBe(1);
        one.GetProperty("referrals").GetProperty("paid_accounts").GetInt32().ShouldBe(1);
        one.GetProperty("commissions").GetProperty("not_paid")[0].GetRawText().ShouldBe("""{"currency":"USD","amount":40}""");

        async Task<int> RewardsAsync(string key) =>
            (await shop.PostAsync("transactions", $$"""{"amount":100,"customer":{"key":"c1"},"key":"{{key}}"}""")).Ok(201).GetProperty("rewards").GetArrayLength();
    }

    [Fact]
    public async Task Customers_of_a_programme_of_friends_have_links_too()
    {
        var shop = await node.OpenAsync(PartneroType.ReferAFriend);
        (await shop.PostAsync("customers", """{"id":"u1","key":"ANN1","email":"ann@example.com"}""")).Ok(201);
        var made = (await shop.PostAsync("customer_referral_links", """{"customer_key":"u1","key":"ann-blog","label":"Blog"}""")).Ok(201);
        made.GetProperty("customer_key").GetString().ShouldBe("u1");
        made.GetProperty("customer").GetRawText().ShouldBe("""{"key":"u1","referral_code":"ANN1","referral_url":"https://yoursite.com/?ref=ANN1"}""");
        made.TryGetProperty("partner_key", out _).ShouldBeFalse();
        (await shop.GetAsync("customers/u1/referral_links")).Each("key").ShouldBe(["ANN1", "ann-blog"]);
        (await shop.GetAsync("customer_referral_links:search?customer[key]=ANN1&label=blog")).Each("key").ShouldBe(["ann-blog"]);
        (await shop.PutAsync("customer_referral_links/ann-blog", """{"label":null}""")).Ok();
        (await shop.GetAsync("partner_referral_links/ann-blog")).Refused(404, "not_found");
        (await shop.DeleteAsync("customer_referral_links/ann-blog")).Done();
        (await shop.GetAsync("customer_referral_links/ann-blog")).Refused(404, "not_found");
    }
}
