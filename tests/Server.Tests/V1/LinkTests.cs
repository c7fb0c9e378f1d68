using System.Net;
using Shouldly;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Server.Tests.V1;

public sealed class LinkTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task A_partners_links_from_the_first_to_a_deleted_one()
    {
        var shop = await OpenAsync();
        var partner = await PartnerAsync(shop);
        var first = (await shop.Api.GetAsync($"/links?referrerId={partner}")).Ok();
        first["items.0.url"]!.ToString().ShouldBe("https://yoursite.com/?ref=JOHN20");
        first["items.0.default"]!.GetValue<bool>().ShouldBeTrue();
        var made = (await shop.Api.PostAsync("/links", $$"""
            {"referrerId":{{partner}},"key":"BF24","destination":"https://yoursite.com/special-offer","label":"Black Friday",
             "parameters":[{"name":"utm_source","value":"partner"}]}
            """)).Ok(HttpStatusCode.Created);
        made["url"]!.ToString().ShouldBe("https://yoursite.com/special-offer?ref=BF24&utm_source=partner");
        made["form"]!.ToString().ShouldBe("query");
        var path = $"/links/{made["id"]}";
        (await shop.Api.PatchAsync(path, """{"label":"","key":"BF25","state":"paused"}""")).Ok()["label"].ShouldBeNull();
        (await shop.Api.GetAsync($"/links?state=paused&key=f25")).Ok()["items.0.key"]!.ToString().ShouldBe("BF25");
        (await shop.Api.DeleteAsync(path)).Ok()["state"]!.ToString().ShouldBe("deleted");
        (await shop.Api.DeleteAsync(path)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await shop.Api.PostAsync("/links", $$"""{"referrerId":{{partner}},"key":"bf24"}""")).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("""{"referrerId":<partner>,"destination":"https://evil.com/"}""", "destination")]
    [InlineData("""{"referrerId":<partner>,"key":"www"}""", "key")]
    [InlineData("""{"referrerId":<partner>,"form":"direct"}""", "form")]
    [InlineData("""{"referrerId":<partner>,"clickLimit":0}""", "clickLimit")]
    [InlineData("""{"referrerId":<partner>,"parameters":[{"name":"a","value":"1"},{"name":"a","value":"2"}]}""", "parameters")]
    [InlineData("""{"referrerId":1}""", "referrerId")]
    public async Task What_cannot_be_a_link_is_refused_with_its_member(string body, string field)
    {
        var shop = await OpenAsync();
        var partner = await PartnerAsync(shop);
        var answer = await shop.Api.PostAsync("/links", body.Replace("<partner>", partner, StringComparison.Ordinal));
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["field"]!.ToString().ShouldBe(field);
    }

    [Fact]
    public async Task A_key_bound_to_a_partner_makes_its_own_links_alone()
    {
        var shop = await OpenAsync();
        var partner = await PartnerAsync(shop);
        var bound = await shop.BoundToAsync(long.Parse(partner, System.Globalization.CultureInfo.InvariantCulture));
        var other = (await shop.Api.PostAsync("/referrers", """{"kind":"partner"}""")).Ok(HttpStatusCode.Created)["id"]!.ToString();
        (await bound.PostAsync("/links", $$"""{"referrerId":{{other}}}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var foreign = (await shop.Api.PostAsync("/links", $$"""{"referrerId":{{other}}}""")).Ok(HttpStatusCode.Created)["id"]!.ToString();
        (await bound.DeleteAsync($"/links/{foreign}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bound.GetAsync($"/links?referrerId={other}")).Ok().Text.ShouldContain("\"items\":[]");
    }

    [Fact]
    public async Task N13_a_link_is_not_put_on_another_programmes_domain()
    {
        var (shop, stranger) = (await OpenAsync(), await OpenAsync("https://theirs.example"));
        var theirs = (await stranger.Api.GetAsync("/domains")).Ok()["items.0.id"];
        var partner = await PartnerAsync(shop);
        (await shop.Api.PostAsync("/links", $$"""{"referrerId":{{partner}},"domainId":{{theirs}}}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await shop.Api.PostAsync("/links", $$"""{"referrerId":{{partner}},"destination":"https://theirs.example/"}""")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("", "image/svg+xml")]
    [InlineData("?format=png&size=128&margin=0", "image/png")]
    [InlineData("?format=png&size=2048&margin=8&form=query", "image/png")]
    public async Task PN_37_a_link_has_a_QR_code(string query, string type)
    {
        var shop = await OpenAsync();
        var link = (await shop.Api.GetAsync($"/links?referrerId={await PartnerAsync(shop)}")).Ok()["items.0.id"];
        using var response = await shop.Api.Http.GetAsync($"/api/v1/links/{link}/qr{query}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe(type);
        (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBeGreaterThan(200);
        foreach (var wrong in new[] { "format=gif", "size=127", "size=2049", "margin=9", "margin=-1", "form=path" })
            (await shop.Api.GetAsync($"/links/{link}/qr?{wrong}")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity, wrong);
    }

    [Fact]
    public async Task PN_38_a_proxy_asks_whether_a_host_may_have_a_certificate()
    {
        var shop = await OpenAsync("https://tls.example");
        await PartnerAsync(shop);
        var domain = (await shop.Api.PostAsync("/domains", """{"kind":"wildcard","host":"tls.example"}""")).Ok(HttpStatusCode.Created);
        (await AskAsync("john20.tls.example")).ShouldBe(HttpStatusCode.NotFound);
        (await shop.Api.PostAsync($"/domains/{domain["id"]}/vouch")).Ok()["verifiedBy"]!.ToString().ShouldBe("operator");
        (await AskAsync("john20.tls.example")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync("nobody.tls.example")).ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync("")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_domain_says_what_proves_it()
    {
        var shop = await OpenAsync();
        var made = (await shop.Api.PostAsync("/domains", """{"kind":"short","host":"Go.YourSite.com"}""")).Ok(HttpStatusCode.Created);
        (made["state"]!.ToString(), made["host"]!.ToString()).ShouldBe(("unverified", "go.yoursite.com"));
        made["proof.recordName"]!.ToString().ShouldBe("_tributary.go.yoursite.com");
        made["proof.fileUrl"]!.ToString().ShouldBe("https://go.yoursite.com/.well-known/tributary.txt");
        made["proof.value"]!.ToString().Length.ShouldBe(32);
        (await shop.Api.PatchAsync($"/domains/{made["id"]}", """{"keepPath":false}""")).Ok()["keepPath"]!.GetValue<bool>().ShouldBeFalse();
        (await shop.Api.DeleteAsync($"/domains/{made["id"]}")).Ok()["state"]!.ToString().ShouldBe("removed");
        (await shop.Api.GetAsync($"/domains/{made["id"]}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<HttpStatusCode> AskAsync(string domain)
    {
        using var response = await node.Server.Client.GetAsync($"/.well-known/tributary/tls?domain={domain}");
        return response.StatusCode;
    }

    private async Task<Shop> OpenAsync(string site = "https://yoursite.com")
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PatchAsync("/program", $$$$"""{"settings":{"links":{"site":"{{{{site}}}}"}}}""")).Ok();
        return shop;
    }

    private static async Task<string> PartnerAsync(Shop shop) =>
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","code":"JOHN20"}""")).Ok(HttpStatusCode.Created)["id"]!.ToString();
}
