using System.Net;
using System.Text.Json.Nodes;

namespace Tributary.Server.Tests.V1;

/// <summary>One of everything in a programme: Ann refers Bob, who has ordered <c>o-1</c> and sent a part back as <c>r-1</c>.</summary>
internal sealed record Seeds(
    long Ann, long Partner, string KeyId, long Campaign, long Draft, long Paused, long Reward, long Pending, long Held,
    long Link = 0, long Domain = 0, long Webhook = 0, long Delivery = 0, long Event = 0, long Integrator = 0)
{
    public const string ChainOrder = "0x00000000000000000000000000000000000000000000000000000000000000aa";
    public const string Token = "So11111111111111111111111111111111111111112";

    private const string Earning = """
        {"name":"Running","definition":{"steps":[{"trigger":"order","once":false,"lines":[
          {"recipient":"referrer","holdDays":0,"amount":{"kind":"points","points":200}},
          {"recipient":"referrer","holdDays":30,"amount":{"kind":"percent","ppm":100000}},
          {"recipient":"customer","holdDays":0,"amount":{"kind":"points","points":100}}]}]}}
        """;

    public static async Task<Seeds> SowAsync(Shop shop)
    {
        var api = shop.Api;
        var campaign = await CampaignAsync(api, Earning);
        (await api.PostAsync($"/campaigns/{campaign}/activate")).Ok();
        var paused = await CampaignAsync(api, $$"""{"name":"Paused","definition":{{ApiRequests.Rules}}}""");
        (await api.PostAsync($"/campaigns/{paused}/activate")).Ok();
        (await api.PostAsync($"/campaigns/{paused}/pause")).Ok();
        var draft = await CampaignAsync(api, $$"""{"name":"Draft","definition":{{ApiRequests.Rules}}}""");
        var partner = (long)(await api.PostAsync("/referrers", """{"kind":"partner","key":"p","name":"Pat","email":"pat@example.com","code":"PARTNER-1"}""")).Ok(HttpStatusCode.Created)["id"]!;
        (await api.PostAsync($"/referrers/{partner}/coupons", """{"code":"SAVE10","discountKind":"percentage","discountValue":"10"}""")).Ok(HttpStatusCode.Created);
        await shop.ExecuteAsync(
            """
            insert into links (program_id, public_id, referrer_id, key, short_code, created_at, updated_at)
            values (@program, 'lnk_seed', @partner, 'SEED', 'seed', now(), now())
            """,
            new { program = shop.Program.Id, partner });
        (await api.PatchAsync("/program", """{"settings":{"links":{"site":"https://yoursite.com"}}}""")).Ok();
        var domain = (long)(await api.PostAsync("/domains", """{"kind":"site","host":"shop.yoursite.com"}""")).Ok(HttpStatusCode.Created)["id"]!;
        (await api.PostAsync($"/domains/{domain}/vouch")).Ok();
        var link = (long)(await api.PostAsync("/links", $$"""{"referrerId":{{partner}},"label":"Blog"}""")).Ok(HttpStatusCode.Created)["id"]!;
        var ann = (long)(await api.PutAsync("/customers/ann", """{"ownCode":"ANNS","email":"ann@example.com"}""")).Ok()["number"]!;
        (await api.PutAsync("/customers/bob", """{"referrerCode":"ANNS","attributes":{"displayName":"Bob Secretname"}}""")).Ok();
        (await api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        (await api.PostAsync("/refunds", """{"refundId":"r-1","orderId":"o-1","amount":1000}""")).Ok();
        var rewards = (await api.GetAsync("/rewards?orderId=o-1")).Ok()["items"]!.AsArray();
        var held = Of(rewards, "customer", "available");
        (await api.PostAsync($"/rewards/{held}/hold", """{"reason":"a look at it"}""")).Ok();
        var key = (string)(await api.PostAsync("/keys", """{"kind":"secret","name":"spare"}""")).Ok(HttpStatusCode.Created)["key.id"]!;
        var webhook = (long)(await api.PostAsync("/webhooks", """{"url":"https://hooks.yoursite.com/","events":["webhook.failing"]}""")).Ok(HttpStatusCode.Created)["webhook.id"]!;
        await shop.ExecuteAsync(
            "insert into deliveries (program_id, endpoint_id, name, state, body) values (@program, @webhook, 'webhook.test', 'failed', '{}')",
            new { program = shop.Program.Id, webhook });
        var delivery = (long)(await api.GetAsync($"/webhooks/{webhook}/deliveries")).Ok()["items.0.id"]!;
        var told = (long)(await api.GetAsync("/events?limit=1")).Ok()["items.0.id"]!;
        var integrator = (long)(await api.PostAsync("/integrators", """{"name":"Integrator Secretname"}""")).Ok(HttpStatusCode.Created)["id"]!;
        const string earned = ",\"affiliateFee\":{\"amount\":\"7\",\"beneficiary\":\"" + Token + "\"},\"events\":[{\"state\":\"ClaimedUnlock\"}]";
        (await api.PostAsync("/chain-orders", ChainOrderBody(ChainOrder, "31805", earned))).Ok(HttpStatusCode.Created);
        return new Seeds(ann, partner, key, campaign, draft, paused, Of(rewards, "referrer", "available"), Of(rewards, "referrer", "pending"), held, link, domain, webhook, delivery, told,
            integrator);
    }

    public static string ChainOrderBody(string id, string code, string more) => $$"""
        {"orderId":"{{id}}","referralCode":{{code}},"maker":"{{Token}}","give":{"chainId":7565164,"token":"{{Token}}","amount":"10"},
         "take":{"chainId":7565164,"token":"{{Token}}","amount":"10" }{{more}} }
        """;

    private static async Task<long> CampaignAsync(ApiClient api, string body) =>
        (long)(await api.PostAsync("/campaigns", body)).Ok(HttpStatusCode.Created)["id"]!;

    private static long Of(JsonArray rewards, string role, string state) =>
        (long)rewards.Single(reward => (string?)reward!["role"] == role && (string?)reward["state"] == state)!["id"]!;
}
