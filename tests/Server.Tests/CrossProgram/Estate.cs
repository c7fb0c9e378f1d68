using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Tributary.Keys;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>A programme with at least one thing of every kind, and keys of every kind.</summary>
internal sealed partial class Estate
{
    /// <summary>Points and money on every order, the money after a hold.</summary>
    private const string Definition = """
        {"holdDays":0,"steps":[{"trigger":"order","lines":[
          {"recipient":"referrer","amount":{"kind":"points","points":200}},
          {"recipient":"referrer","holdDays":30,"amount":{"kind":"percent","ppm":100000}}]}]}
        """;

    private readonly Dictionary<string, string> things = new(StringComparer.Ordinal);

    private Estate(ReferralProgram program) => Program = program;

    public ReferralProgram Program { get; }

    /// <summary>Every scope.</summary>
    public required string Secret { get; init; }

    public required string Publishable { get; init; }

    /// <summary>Bound to a referrer that none of the named things belongs to.</summary>
    public string Bound { get; private set; } = "";

    public required string GameballApiKey { get; init; }

    public required string GameballSecret { get; init; }

    /// <param name="prefix">Of the merchant's own ids.</param>
    /// <param name="mark">A word in names and addresses that no request sends.</param>
    public static async Task<Estate> OpenAsync(V1Node node, string prefix, string mark)
    {
        var shop = await node.OpenShopAsync(mark);
        var estate = new Estate(shop.Program)
        {
            Secret = shop.Key.Token,
            Publishable = shop.Made.Publishable.Token,
            GameballApiKey = (await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.GameballApi))).Token,
            GameballSecret = (await node.MintAsync(shop.Program, new NewKey(ApiKeyKind.GameballSecret))).Token,
        };
        await estate.FillAsync(shop, prefix, mark);
        await estate.MakeBatchAsync(node, shop, mark);
        estate.things["link"] = prefix + "LINK";
        var owner = long.Parse(estate.things["partner"], CultureInfo.InvariantCulture);
        (await node.Get<LinkRegister>().CreateAsync(shop.Program, new NewLink(owner, estate.things["link"], Label: mark), V1Node.Operator, default))
            .Succeeded.ShouldBeTrue();
        (estate.things["ownCode"], estate.things["customersLink"]) = (prefix + "ANNS", prefix + "ANNSLINK");
        var customer = long.Parse(estate.things["customerNumber"], CultureInfo.InvariantCulture);
        (await node.Get<LinkRegister>().CreateAsync(shop.Program, new NewLink(customer, estate.things["customersLink"], Label: mark), V1Node.Operator, default))
            .Succeeded.ShouldBeTrue();
        var bound = new NewKey(ApiKeyKind.Secret, ReferrerId: long.Parse(estate.things["other"], CultureInfo.InvariantCulture));
        estate.Bound = (await node.MintAsync(shop.Program, bound)).Token;
        estate.things["tomorrow"] = node.Clock.GetUtcNow().AddDays(1).ToString("O", CultureInfo.InvariantCulture);
        return estate;
    }

    /// <summary>The text with this programme's things in it.</summary>
    public string Name(string text, Estate own) => Placeholder().Replace(text, found =>
        found.Groups["own"].Success ? own.things[found.Groups["word"].Value] : things[found.Groups["word"].Value]);

    private async Task FillAsync(Shop shop, string prefix, string mark)
    {
        var api = shop.Api;
        await MakeReferrersAsync(shop, prefix, mark);
        await MakeLinksAsync(api, prefix, mark);
        things["campaign"] = await CampaignAsync(api, "activate");
        things["paused"] = await CampaignAsync(api, "activate", "pause");
        things["draft"] = await CampaignAsync(api);
        things["key"] = Text((await api.PostAsync("/keys", """{"kind":"secret"}""")).Ok(HttpStatusCode.Created), "key.id");
        (await api.PostAsync("/exchange-rates", """{"from":"EUR","to":"USD","rate":2,"scale":0}""")).Ok(HttpStatusCode.Created);
        things["customer"] = prefix + "ann";
        things["friend"] = prefix + "bob";
        things["email"] = $"{prefix}bob@example.com";
        (await api.PutAsync($"/customers/{things["customer"]}", $$$"""{"ownCode":"{{{prefix}}}ANNS","attributes":{"displayName":"{{{mark}}}"}}""")).Ok();
        things["customerNumber"] = Text((await api.GetAsync($"/customers/{things["customer"]}")).Ok(), "number");
        (await api.PutAsync(
            $"/customers/{things["friend"]}",
            $$$"""{"email":"{{{things["email"]}}}","referrerCode":"{{{prefix}}}ANNS","attributes":{"displayName":"{{{mark}}}"}}""")).Ok();
        things["event"] = prefix + "event";
        (await api.PostAsync($"/customers/{things["friend"]}/events", $$"""{"events":[{"name":"{{mark}}","eventId":"{{things["event"]}}"}]}""")).Ok();
        await MakeOrdersAsync(api, prefix, mark);
        await MakeChainOrdersAsync(api, prefix, mark);
        await MakePartnerosAsync(api, prefix, mark);
        await MakeWebhookAsync(shop, mark);
    }

    /// <summary>A batch of Gameball's dialect in the hands of a node that does not go on, so that it stays as it is.</summary>
    private async Task MakeBatchAsync(V1Node node, Shop shop, string mark)
    {
        await shop.ExecuteAsync(
            """
            with batch as (
              insert into batches (program_id, kind, state, items, actor, leased_until, accepted_at, started_at)
              values (@program, 'customers', 'open', 2, 'key:1', 'infinity', now(), now())
              returning program_id, batch_id)
            insert into batch_items (program_id, batch_id, item, customer_id, state, body)
            select program_id, batch_id, 0, @mark, 'done', null from batch
            union all select program_id, batch_id, 1, @mark, 'waiting', '{}' from batch
            """,
            new { program = shop.Program.Id, mark });
        await using var connection = await node.Server.Database.OpenAsync(CancellationToken.None);
        things["batch"] = await connection.ExecuteScalarAsync<string>(
            "select max(batch_id)::text from batches where program_id = @program", new { program = shop.Program.Id }) ?? "";
    }

    private async Task MakeWebhookAsync(Shop shop, string mark)
    {
        things["hook"] = Text((await shop.Api.PostAsync(
            "/webhooks", $$"""{"name":"{{mark}}","url":"https://hooks.yoursite.com/","events":["webhook.failing"]}""")).Ok(HttpStatusCode.Created), "webhook.id");
        await shop.ExecuteAsync(
            "insert into deliveries (program_id, endpoint_id, name, state, body) values (@program, @hook, 'webhook.test', 'failed', @mark)",
            new { program = shop.Program.Id, hook = long.Parse(things["hook"], CultureInfo.InvariantCulture), mark });
        things["delivery"] = Text((await shop.Api.GetAsync($"/webhooks/{things["hook"]}/deliveries")).Ok(), "items.0.id");
        things["told"] = Text((await shop.Api.GetAsync("/events?limit=1")).Ok(), "items.0.id");
    }

    /// <summary>What only Partnero's dialect makes.</summary>
    private async Task MakePartnerosAsync(ApiClient api, string prefix, string mark)
    {
        things["putAway"] = prefix + "away";
        things["cancelled"] = prefix + "cancelled";
        await PostPartneroAsync(api, "customers", $$"""{"key":"{{things["putAway"]}}","name":"{{mark}}","partner":"{{things["code"]}}"}""");
        await PostPartneroAsync(api, $"customers/{things["putAway"]}/archive");
        await PostPartneroAsync(api, "transactions", $$"""{"key":"{{things["cancelled"]}}","amount":9,"customer":"{{things["friend"]}}","product_id":"{{mark}}"}""");
        await PostPartneroAsync(api, $"transactions/{things["cancelled"]}/archive");
        (things["discount"], things["promotion"]) = (prefix + "SPRING", prefix + "PROMO");
        await PostPartneroAsync(api, "coupons", $$$"""
            {"name":"{{{mark}}}","uuid_code":"{{{things["discount"]}}}","coupon_discount_type":"percent","coupon_discount_amount":5,
             "promotion_codes":[{"code":"{{{things["promotion"]}}}","partner_key":"{{{things["code"]}}}","metadata":{"a":"{{{mark}}}"}}]}
            """);
        things["lead"] = (await PostPartneroAsync(api, "leads", $$"""{"partner":"{{things["code"]}}","name":"{{mark}}","email":"{{mark}}@example.com"}"""))
            .GetProperty("data").GetProperty("id").ToString();
        things["webhook"] = prefix + "hook";
        await PostPartneroAsync(api, "webhooks", $$"""
            {"key":"{{things["webhook"]}}","name":"{{mark}}","url":"https://{{mark}}.example.com/","events":["transaction.created"]}
            """);
    }

    private static async Task<System.Text.Json.JsonElement> PostPartneroAsync(ApiClient api, string path, string body = "{}")
    {
        using var answer = await api.Http.PostAsync(new Uri("/v1/" + path, UriKind.Relative), new StringContent(body));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return System.Text.Json.JsonDocument.Parse(text).RootElement;
    }

    private async Task MakeReferrersAsync(Shop shop, string prefix, string mark)
    {
        var api = shop.Api;
        things["code"] = prefix + "PARTNER";
        things["coupon"] = prefix + "SAVE";
        things["partner"] = Text((await api.PostAsync(
            "/referrers", $$"""{"kind":"partner","key":"{{prefix}}p","name":"{{mark}}","email":"{{mark}}@example.com","code":"{{things["code"]}}"}"""))
            .Ok(HttpStatusCode.Created), "id");
        await shop.ExecuteAsync(
            """
            insert into links (program_id, public_id, referrer_id, key, short_code, label, created_at, updated_at)
            values (@program, @link, @partner, @link, @link, @mark, now(), now())
            """,
            new { program = shop.Program.Id, link = things["link"] = $"{prefix}link", partner = long.Parse(things["partner"], CultureInfo.InvariantCulture), mark });
        (await api.PostAsync(
            $"/referrers/{things["partner"]}/coupons", $$"""{"code":"{{things["coupon"]}}","discountKind":"other"}""")).Ok(HttpStatusCode.Created);
        things["other"] = Text((await api.PostAsync("/referrers", """{"kind":"partner"}""")).Ok(HttpStatusCode.Created), "id");
        things["archived"] = prefix + "ARCHIVED";
        var archived = Text((await api.PostAsync("/referrers", $$"""{"kind":"partner","code":"{{things["archived"]}}"}""")).Ok(HttpStatusCode.Created), "id");
        (await api.PostAsync($"/referrers/{archived}/archive")).Ok();
        things["applicant"] = Text((await api.PostAsync("/referrers", """{"kind":"partner","pending":true}""")).Ok(HttpStatusCode.Created), "id");
    }

    private async Task MakeLinksAsync(ApiClient api, string prefix, string mark)
    {
        (await api.PatchAsync("/program", """{"settings":{"links":{"site":"https://shop.example"}}}""")).Ok();
        var domain = (await api.PostAsync("/domains", $$"""{"kind":"site","host":"{{prefix}}more.example"}""")).Ok(HttpStatusCode.Created);
        things["domain"] = Text(domain, "id");
        (await api.PostAsync($"/domains/{things["domain"]}/vouch")).Ok();
        things["linkNumber"] = Text((await api.PostAsync(
            "/links", $$"""{"referrerId":{{things["partner"]}},"label":"{{mark}}"}""")).Ok(HttpStatusCode.Created), "id");
    }

    private async Task MakeOrdersAsync(ApiClient api, string prefix, string mark)
    {
        things["order"] = prefix + "order";
        things["refund"] = prefix + "refund";
        foreach (var (order, reward) in ((string, string)[])[(things["order"], "reward"), (prefix + "second", "heldReward")])
        {
            (await api.PostAsync(
                "/orders", $$$"""{"orderId":"{{{order}}}","customerId":"{{{things["friend"]}}}","total":5000,"extra":{"note":"{{{mark}}}"}}""")).Ok();
            things[reward] = Text((await api.GetAsync($"/rewards?orderId={order}&state=pending")).Ok(), "items.0.id");
        }
        (await api.PostAsync($"/rewards/{things["heldReward"]}/hold", $$"""{"reason":"{{mark}}"}""")).Ok();
        (await api.PostAsync("/refunds", $$"""{"refundId":"{{things["refund"]}}","orderId":"{{things["order"]}}","amount":100}""")).Ok();
    }

    private async Task MakeChainOrdersAsync(ApiClient api, string prefix, string mark)
    {
        things["chainOrder"] = "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prefix)));
        (await api.PostAsync("/chain-orders", $$$"""
            {"orderId":"{{{things["chainOrder"]}}}","referralCode":30830,"maker":"0x{{{7:x40}}}","orderMetadata":{"note":"{{{mark}}}"},
             "give":{"chainId":1,"token":"0x{{{8:x40}}}","amount":"10"},"take":{"chainId":56,"token":"0x{{{9:x40}}}","amount":"10"},
             "events":[{"state":"OrderCancelled"}]}
            """)).Ok(HttpStatusCode.Created);
        things["integrator"] = Text(
            (await api.PostAsync("/integrators", $$"""{"name":"{{mark}}","externalId":"{{prefix}}acme"}""")).Ok(HttpStatusCode.Created), "id");
        things["unclaimed"] = (Math.Abs((long)prefix.GetHashCode(StringComparison.Ordinal)) + 100_000).ToString(CultureInfo.InvariantCulture);
        things["feeOrder"] = things["chainOrder"][..^2] + (things["chainOrder"].EndsWith("00", StringComparison.Ordinal) ? "01" : "00");
        (await api.PostAsync("/chain-orders", $$$"""
            {"orderId":"{{{things["feeOrder"]}}}","referralCode":{{{things["unclaimed"]}}},"maker":"So11111111111111111111111111111111111111112",
             "give":{"chainId":7565164,"token":"So11111111111111111111111111111111111111112","amount":"10"},
             "take":{"chainId":56,"token":"0x{{{9:x40}}}","amount":"10"},"orderMetadata":{"note":"{{{mark}}}"},
             "affiliateFee":{"amount":"7","beneficiary":"So11111111111111111111111111111111111111112"},"events":[{"state":"ClaimedUnlock"}]}
            """)).Ok(HttpStatusCode.Created);
    }

    private static async Task<string> CampaignAsync(ApiClient api, params string[] verbs)
    {
        var id = Text((await api.PostAsync("/campaigns", $$"""{"name":"Give and get","definition":{{Definition}}}""")).Ok(HttpStatusCode.Created), "id");
        foreach (var verb in verbs)
            (await api.PostAsync($"/campaigns/{id}/{verb}")).Ok();
        return id;
    }

    private static string Text(ApiAnswer answer, string path) => answer[path]!.ToString();

    [GeneratedRegex("<(?<own>own\\.)?(?<word>[A-Za-z]+)>")]
    private static partial Regex Placeholder();
}
