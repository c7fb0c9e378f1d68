using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tributary.Keys;
using Tributary.Programs;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>Webhooks in the formats of Gameball and Partnero, on the same queue.</summary>
public sealed class DialectTests(HookNode node) : IClassFixture<HookNode>
{
    private static readonly JsonSerializerOptions Least = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string Earning = """
        {"name":"Referral","definition":{"steps":[{"trigger":"order","once":false,"lines":[
          {"recipient":"referrer","holdDays":0,"amount":{"kind":"points","points":200}},
          {"recipient":"customer","holdDays":0,"amount":{"kind":"points","points":100}}]}]}}
        """;

    [Fact]
    public async Task GB47_a_profile_is_signed_over_its_bytes_and_over_what_JavaScript_makes_of_them_and_is_retried()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = Failing(first: 1);
        var shop = await node.Node.OpenShopAsync();
        var secret = await MintGameballAsync(shop);
        await HookNode.HookAsync(shop, receiver, "customer.profile.updated", ""","format":"gameball" """);
        const string name = "Q\"uote \\ \ud83d\ude00 \u0645\u0631\u062d\u0628\u0627 \u2028 <b> \u0001";
        var body = new JsonObject { ["ownCode"] = "ANNS", ["email"] = "ann@example.com", ["attributes"] = new JsonObject { ["displayName"] = name } };
        (await shop.Api.PutAsync($"/customers/{Uri.EscapeDataString(name.Replace("\u0001", "", StringComparison.Ordinal))}", body.ToJsonString())).Ok();
        var first = (await receiver.WaitForAsync(1))[0];
        node.Clock.Move(TimeSpan.FromMinutes(6.1));
        var second = (await receiver.WaitForAsync(2))[1];
        second.Id.ShouldBe(first.Id);
        foreach (var message in new[] { first, second })
        {
            message.Headers["X-GB-Signature"].ShouldBe(Sha1(message.Body, secret));
            message.Headers["X-GB-Webhook-Version"].ShouldBe("v4");
            message.Headers["webhook-signature"].ShouldStartWith("v1,");
            (await StringifiedAsync(message.Body)).ShouldBe(message.Body);
        }
        var envelope = second.Json.AsObject();
        envelope.Select(member => member.Key).ShouldBe(["event", "client_id", "customer_id", "gb_customer_id", "created_at", "data"]);
        ((string)envelope["client_id"]!).ShouldBe(shop.Program.PublicId);
        envelope["data"]!.AsObject().Select(member => member.Key).ShouldBe(
            ["email", "mobile_number", "tier_name", "tier_order", "referral_code", "referral_link", "activated_points", "pending_points", "total_points"]);
        ((string)envelope["data"]!["referral_code"]!).ShouldBe("ANNS");
    }

    [Fact]
    public async Task GB47_each_customer_is_told_of_once_for_each_transaction_and_notices_carry_the_programmes_texts()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        (await shop.Api.PatchAsync("/program", """{"settings":{"gameball":{"referrerNoticeBody":"{name}: {points}","noticeLanguage":"ar"}}}""")).Ok();
        await CampaignAsync(shop);
        (await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANNS","attributes":{"displayName":"Ann"}}""")).Ok();
        (await shop.Api.PutAsync("/customers/bob", """{"referrerCode":"ANNS"}""")).Ok();
        await node.PublishedAsync(shop);
        await HookNode.HookAsync(shop, receiver, "customer.profile.updated,customer.notification.push", ""","format":"gameball" """);
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        var messages = (await receiver.WaitForAsync(4)).Select(message => message.Json).ToList();
        await Task.Delay(500);
        receiver.All.Count.ShouldBe(4);
        messages.Select(message => $"{message["event"]} {message["customer_id"]}").Order().ShouldBe(
            ["customer.notification.push ann", "customer.notification.push bob", "customer.profile.updated ann", "customer.profile.updated bob"]);
        var ann = messages.Single(message => (string)message["event"]! == "customer.notification.push" && (string)message["customer_id"]! == "ann");
        ann["data"]!.ToJsonString().ShouldBe("""[{"local":"ar","icon":null,"title":"Successful Referral","body":"Ann: 200"}]""");
        ((int)messages.Single(message => (string)message["event"]! == "customer.profile.updated" && (string)message["customer_id"]! == "ann")["data"]!["total_points"]!).ShouldBe(200);
    }

    [Fact]
    public async Task PN61_a_transaction_is_told_in_Partneros_envelope_and_retried_under_the_same_id()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = Failing(first: 3);
        var shop = await node.Node.OpenShopAsync();
        var hook = await PartneroHookAsync(shop, receiver, """["transaction.created","transaction.updated","transaction.deleted"]""");
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        foreach (var pause in new[] { 7, 361, 2_161 })
        {
            var before = receiver.All.Count;
            await receiver.WaitForAsync(before == 0 ? 1 : before);
            await Task.Delay(200);
            node.Clock.Move(TimeSpan.FromSeconds(pause));
            await receiver.WaitForAsync(Math.Max(before, 1) + 1);
        }
        var messages = await receiver.WaitForAsync(4);
        messages.Select(message => message.Id).Distinct().Count().ShouldBe(1);
        foreach (var message in messages)
        {
            var right = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(hook.Signature), message.Body));
            (message.Headers["Signature"], message.Headers["x-partnero-signature"]).ShouldBe((right, right));
            message.Headers["webhook-timestamp"].ShouldNotBeEmpty();
        }
        var envelope = messages[0].Json.AsObject();
        envelope.Select(member => member.Key).ShouldBe(["event", "url", "webhook_key", "created_at", "data"]);
        ((string)envelope["event"]!, (string)envelope["url"]!, (string)envelope["webhook_key"]!).ShouldBe(("transaction.created", receiver.Url + "/partnero", hook.Key));
        ((string)envelope["created_at"]!).ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$");
        ((string)envelope["data"]!["key"]!, (string)envelope["data"]!["customer"]!).ShouldBe(("o-1", "bob"));
        messages[0].Text.ShouldContain("/partnero");
        messages[0].Text.ShouldNotContain(": ");
    }

    [Fact]
    public async Task What_happens_is_told_in_Partneros_words()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        await PartneroHookAsync(shop, receiver, """
            ["partner.created","partner.archived","customer.created","transaction.created","transaction.updated","transaction.deleted","reward.created","reward.approved","link.created"]
            """);
        (await shop.Api.PatchAsync("/program", """{"settings":{"links":{"site":"https://yoursite.com"}}}""")).Ok();
        await CampaignAsync(shop);
        var partner = (long)(await shop.Api.PostAsync("/referrers", """{"kind":"partner","key":"p1","name":"Pat","code":"PAT"}""")).Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PutAsync("/customers/cleo", """{"referrerCode":"PAT"}""")).Ok();
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-9","customerId":"cleo","total":5000}""")).Ok();
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-1","orderId":"o-9","amount":1000}""")).Ok();
        (await shop.Api.PostAsync("/refunds", """{"refundId":"r-2","orderId":"o-9","kind":"cancel"}""")).Ok();
        (await shop.Api.PostAsync($"/links", $$"""{"referrerId":{{partner}},"label":"Blog"}""")).Ok(HttpStatusCode.Created);
        (await shop.Api.PostAsync($"/referrers/{partner}/archive")).Ok();
        await Until.TrueAsync(() => receiver.All.Any(message => (string)message.Json["event"]! == "partner.archived"));
        var told = receiver.All.Select(message => message.Json).ToList();
        string[] expected = ["customer.created", "link.created", "partner.archived", "partner.created", "reward.created", "transaction.created", "transaction.deleted", "transaction.updated"];
        expected.Except(told.Select(message => (string)message["event"]!)).ShouldBeEmpty();
        JsonNode Data(string name) => told.First(message => (string)message["event"]! == name)["data"]!;
        ((string)Data("partner.created")["id"]!).ShouldBe("p1");
        ((string)Data("customer.created")["key"]!).ShouldBe("cleo");
        ((string)Data("transaction.deleted")["key"]!).ShouldBe("o-9");
        ((string)Data("link.created")["label"]!).ShouldBe("Blog");
        ((string)Data("reward.created")["partner"]!).ShouldBe("p1");
    }

    [Fact]
    public async Task A_credit_by_hand_and_a_reward_that_can_be_used_are_told_to_friends()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        (await shop.Api.PatchAsync("/program", """{"settings":{"partnero":{"type":"refer_a_friend"}}}""")).Ok();
        await CampaignAsync(shop);
        (await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANNS"}""")).Ok();
        (await shop.Api.PutAsync("/customers/bob", """{"referrerCode":"ANNS"}""")).Ok();
        await PartneroHookAsync(shop, receiver, """["customer.credited","customer.rewarded"]""");
        (await PartneroAsync(shop, "customers/ANNS/balance/credit", """{"amount":5}""")).ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        await Until.TrueAsync(() => receiver.All.Count(message => (string)message.Json["event"]! == "customer.rewarded") == 2);
        var credited = receiver.All.Single(message => (string)message.Json["event"]! == "customer.credited").Json["data"]!;
        credited.AsObject().Select(member => member.Key).ShouldBe(["customer", "amount", "amount_units", "is_currency", "reward"]);
        (credited["amount"]!.ToJsonString(), (bool)credited["is_currency"]!).ShouldBe(("5", true));
    }

    [Fact]
    public async Task P5_deleting_a_customer_empties_what_was_told_of_it()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = async (message, _, http) => await http.Response.WriteAsync(message.Text);
        var shop = await node.Node.OpenShopAsync();
        await HookNode.HookAsync(shop, receiver, "customer.profile.updated", ""","format":"gameball" """);
        await PartneroHookAsync(shop, receiver, """["customer.created"]""");
        (await shop.Api.PutAsync("/customers/zoe", """{"email":"zoe@example.com","ownCode":"ZOES"}""")).Ok();
        await receiver.WaitForAsync(2);
        await Until.TrueAsync(async () => await node.AskAsync<long>(
            "select count(*) from delivery_attempts where program_id = @Id and answer like '%zoe@example.com%'", new { shop.Program.Id }) == 2);
        (await shop.Api.DeleteAsync("/customers/zoe")).Ok();
        (await node.AskAsync<long>(
            """
            select (select count(*) from deliveries where program_id = @Id and body like '%zoe@example.com%')
              + (select count(*) from delivery_attempts where program_id = @Id and answer like '%zoe@example.com%')
            """, new { shop.Program.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task P5_nothing_of_a_customer_who_was_deleted_meanwhile_is_written_down()
    {
        await using var receiver = await Receiver.StartAsync();
        var answer = new TaskCompletionSource();
        receiver.Answer = async (message, _, http) =>
        {
            await answer.Task;
            await http.Response.WriteAsync(message.Text);
        };
        var shop = await node.Node.OpenShopAsync();
        await PartneroHookAsync(shop, receiver, """["customer.created"]""");
        (await shop.Api.PutAsync("/customers/yan", """{"email":"yan@example.com","ownCode":"YANS"}""")).Ok();
        (await receiver.WaitForAsync(1))[0].Text.ShouldContain("yan");
        (await shop.Api.DeleteAsync("/customers/yan")).Ok();
        answer.SetResult();
        await Until.TrueAsync(async () => await node.AskAsync<long>(
            "select count(*) from delivery_attempts where program_id = @Id and status = 200", new { shop.Program.Id }) == 1);
        (await node.AskAsync<long>(
            """
            select (select count(*) from deliveries where program_id = @Id and body is not null)
              + (select count(*) from delivery_attempts where program_id = @Id and answer is not null)
            """, new { shop.Program.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task P5_what_told_of_a_reward_of_the_customer_is_emptied_too()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        await CampaignAsync(shop);
        (await shop.Api.PutAsync("/customers/ann", """{"ownCode":"ANNS"}""")).Ok();
        (await shop.Api.PutAsync("/customers/bob", """{"referrerCode":"ANNS"}""")).Ok();
        var hook = await HookNode.HookAsync(shop, receiver, "reward.earned");
        (await shop.Api.PostAsync("/orders", """{"orderId":"o-1","customerId":"bob","total":5000}""")).Ok();
        await Until.TrueAsync(async () => (await hook.DeliveriesAsync("?state=delivered")).Count == 2);
        (await shop.Api.DeleteAsync("/customers/ann")).Ok();
        (await node.AskAsync<long>(
            """
            select count(*) from deliveries d join events e on e.program_id = d.program_id and e.event_id = d.event_id
            where d.program_id = @Id and d.body is not null and e.data ->> 'role' = 'referrer'
            """, new { shop.Program.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task The_test_button_sends_the_formats_own_envelope()
    {
        await using var receiver = await Receiver.StartAsync();
        var shop = await node.Node.OpenShopAsync();
        var secret = await MintGameballAsync(shop);
        var gameball = await HookNode.HookAsync(shop, receiver, "customer.profile.updated", ""","format":"gameball" """);
        (await shop.Api.PostAsync($"/webhooks/{gameball.Id}/test")).Ok(HttpStatusCode.Created);
        var message = (await receiver.WaitForAsync(1))[0];
        ((string)message.Json["event"]!, (string)message.Json["client_id"]!).ShouldBe(("webhook.test", shop.Program.PublicId));
        message.Headers["X-GB-Signature"].ShouldBe(Sha1(await StringifiedAsync(message.Body), secret));
        var partnero = await HookNode.HookAsync(shop, receiver, "customer.created", ""","format":"partnero" """);
        (await shop.Api.PostAsync($"/webhooks/{partnero.Id}/test")).Ok(HttpStatusCode.Created);
        var other = (await receiver.WaitForAsync(2))[1].Json.AsObject();
        ((string)other["event"]!).ShouldBe("webhook.test");
        other.Select(member => member.Key).ShouldBe(["event", "url", "webhook_key", "created_at", "data"]);
    }

    [Fact]
    public async Task Formats_know_their_own_names_alone()
    {
        var shop = await node.Node.OpenShopAsync();
        foreach (var (format, events) in new[] { ("gameball", "order.created"), ("partnero", "customer.profile.updated"), ("native", "transaction.created"), ("gameball", "*") })
            (await shop.Api.PostAsync("/webhooks", $$"""{"url":"https://example.com/","format":"{{format}}","events":["{{events}}"]}"""))
                .ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", "events");
    }

    private static Func<Received, int, HttpContext, Task> Failing(int first) => (_, n, http) =>
    {
        http.Response.StatusCode = n <= first ? 500 : 200;
        return Task.CompletedTask;
    };

    private async Task<string> MintGameballAsync(Shop shop) =>
        (await node.Node.MintAsync(shop.Program, new NewKey(ApiKeyKind.GameballSecret))).Token;

    private static async Task CampaignAsync(Shop shop)
    {
        var id = (long)(await shop.Api.PostAsync("/campaigns", Earning)).Ok(HttpStatusCode.Created)["id"]!;
        (await shop.Api.PostAsync($"/campaigns/{id}/activate")).Ok();
    }

    private async Task<(string Key, string Signature)> PartneroHookAsync(Shop shop, Receiver receiver, string events)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks")
        {
            Content = new StringContent($$"""{"name":"Orders","url":"{{receiver.Url}}/partnero","events":{{events}}}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Authorization", "Bearer " + shop.Key.Token);
        using var answer = await node.Node.Server.Client.SendAsync(request);
        var made = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["data"]!;
        return ((string)made["key"]!, (string)made["signature"]!);
    }

    private async Task<HttpStatusCode> PartneroAsync(Shop shop, string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + shop.Key.Token);
        using var answer = await node.Node.Server.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static string Sha1(byte[] body, string secret)
    {
#pragma warning disable CA5350 // As Gameball has it.
        return Convert.ToHexStringLower(SHA1.HashData([.. body, (byte)':', .. Encoding.UTF8.GetBytes(secret)]));
#pragma warning restore CA5350
    }

    /// <summary>What a JavaScript receiver signs: where there is no JavaScript, the least that JSON can be written with.</summary>
    private static async Task<byte[]> StringifiedAsync(byte[] body)
    {
        if (!Interpreter.Exists("node"))
            return JsonSerializer.SerializeToUtf8Bytes(JsonNode.Parse(body), Least);
        return await Interpreter.RunAsync("node", ["-e", "let b='';process.stdin.on('data',d=>b+=d).on('end',()=>process.stdout.write(JSON.stringify(JSON.parse(b))))"], body);
    }
}
