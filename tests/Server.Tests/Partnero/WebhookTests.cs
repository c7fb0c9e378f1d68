using Tributary.Programs;

namespace Tributary.Server.Tests.Partnero;

/// <summary>Webhooks as they are set up; how they are sent is tested beside the other formats.</summary>
public sealed class WebhookTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    private const string Hook = """{"name":"Orders","url":"https://hooks.example.com/in?x=1","events":["transaction.created"]}""";

    [Fact]
    public async Task A_webhook_is_made_changed_and_deleted_and_its_secret_is_kept_sealed()
    {
        var shop = await node.OpenEmptyAsync();
        var made = (await shop.PostAsync("webhooks", Hook)).Ok(201);
        made.EnumerateObject().Select(member => member.Name).ShouldBe(["key", "name", "url", "is_active", "events", "signature"]);
        var (key, secret) = (made.GetProperty("key").GetString()!, made.GetProperty("signature").GetString()!);
        key.ShouldMatch("^[A-Za-z0-9]{12}$");
        secret.ShouldMatch("^[A-Za-z0-9]{16}$");
        (await shop.CountAsync($"select count(*) from webhook_endpoints where program_id = @program and strpos(encode(sealed_secret, 'escape'), '{secret}') > 0")).ShouldBe(0);
        (await shop.GetAsync("webhooks/" + key)).Ok().GetProperty("signature").GetString().ShouldBe(secret);
        (await shop.PostAsync("webhooks", Hook[..^1] + $$""","key":"{{key}}"}""")).Refused(422, "key_taken", "key");
        var changed = (await shop.PutAsync("webhooks/" + key, """{"name":"All","events":["link.created","reward.paid"],"is_active":0,"rotate_signature":true}""")).Ok();
        changed.GetProperty("is_active").GetBoolean().ShouldBeFalse();
        changed.GetProperty("signature").GetString().ShouldNotBe(secret);
        (await shop.CountAsync("select count(*) from webhook_endpoints where program_id = @program and former_secret is not null and former_until is not null")).ShouldBe(1);
        (await shop.GetAsync("webhooks")).Each("name").ShouldBe(["All"]);
        (await shop.DeleteAsync("webhooks/" + key)).Done();
        (await shop.GetAsync("webhooks/" + key)).Refused(404, "not_found");
        for (var n = 0; n < 12; n++)
            (await shop.PostAsync("webhooks", Hook)).Ok(201);
        var first = await shop.GetAsync("webhooks");
        first.Each("key").Count.ShouldBe(10);
        (await shop.SendAsync("GET", new Uri(first.Next!).PathAndQuery)).Each("key").Count.ShouldBe(2);
    }

    [Fact]
    public async Task PN61_an_event_that_the_type_does_not_offer_is_refused()
    {
        var shop = await node.OpenEmptyAsync();
        foreach (var name in (string[])["customer.credited", "subscriber.created", "nonsense", "Transaction.created"])
            (await shop.PostAsync("webhooks", Hook.Replace("transaction.created", name, StringComparison.Ordinal))).Refused(422, "invalid", "events");
        (await shop.PostAsync("webhooks", Hook.Replace("[\"transaction.created\"]", "[]", StringComparison.Ordinal))).Refused(422, "invalid", "events");
        var friends = await node.OpenEmptyAsync(PartneroType.ReferAFriend);
        (await friends.PostAsync("webhooks", Hook.Replace("transaction.created", "customer.credited", StringComparison.Ordinal))).Ok(201);
        (await friends.PostAsync("webhooks", Hook.Replace("transaction.created", "partner.created", StringComparison.Ordinal))).Refused(422, "invalid", "events");
    }

    [Theory]
    [InlineData("http://hooks.example.com/")]
    [InlineData("https://localhost/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://169.254.169.254/latest")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://user@hooks.example.com/")]
    [InlineData("https://hooks.example.com:22/")]
    [InlineData("https://hooks.example.com:0/")]
    [InlineData("https://printer.local/")]
    [InlineData("https://intranet/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("ftp://hooks.example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("//hooks.example.com/")]
    public async Task PN61_N11_an_address_that_is_not_public_is_refused(string url) =>
        (await (await node.OpenEmptyAsync()).PostAsync("webhooks", Hook.Replace("https://hooks.example.com/in?x=1", url, StringComparison.Ordinal)))
            .Refused(422, "invalid", "url");

    [Theory]
    [InlineData("https://8.8.8.8/x")]
    [InlineData("https://[2001:4860:4860::8888]:8443/x")]
    [InlineData("https://[::ffff:8.8.8.8]/x")]
    [InlineData("https://bücher.example/x")]
    public async Task N11_public_addresses_pass(string url) =>
        (await (await node.OpenEmptyAsync()).PostAsync("webhooks", Hook.Replace("https://hooks.example.com/in?x=1", url, StringComparison.Ordinal))).Ok(201);
}
