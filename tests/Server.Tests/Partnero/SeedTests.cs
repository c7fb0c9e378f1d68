using System.Text.Json;

namespace Tributary.Server.Tests.Partnero;

/// <summary>The sentences of the guide about referral links, as they stand there.</summary>
public sealed class SeedTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task PN1_a_partner_has_a_default_link_unasked()
    {
        var shop = await node.OpenAsync();
        var one = await shop.GetAsync("partners/partner_123");
        one.Is(200).Json.GetProperty("partner").GetRawText()
            .ShouldBe("""{"key":"partner_123","code":"JOHN20","referral_url":"https://yoursite.com/?ref=JOHN20"}""");
        one.Data.GetProperty("referral_link").GetString().ShouldBe("https://yoursite.com/?ref=JOHN20");
        one.Data.GetProperty("referral_links").GetArrayLength().ShouldBe(1);
        (await shop.GetAsync("partners/partner_123/referral_links")).Each("key").ShouldBe(["JOHN20"]);
        (await shop.GetAsync("partners/partner_123/referral_links")).Each("default").ShouldBe(["True"]);
    }

    [Theory]
    [InlineData("special-offer", "Black Friday Campaign")]
    [InlineData("promo", "Promo Page")]
    public async Task PN5_a_link_is_created_with_the_guides_own_request(string page, string label)
    {
        var shop = await node.OpenAsync();
        var link = (await shop.PostAsync("partner_referral_links", $$"""
            {
                "partner_key": "partner_123",
                "destination_url": "https://yoursite.com/{{page}}",
                "label": "{{label}}"
            }
            """)).Ok(201);
        link.GetProperty("partner_key").GetString().ShouldBe("partner_123");
        link.GetProperty("destination_url").GetString().ShouldBe($"https://yoursite.com/{page}");
        link.GetProperty("label").GetString().ShouldBe(label);
        link.GetProperty("url").GetString()!.ShouldStartWith($"https://yoursite.com/{page}?ref=");
        link.GetProperty("stats").GetRawText().ShouldBe("""{"clicks":0,"unique_clicks":0,"leads":0,"conversions":0,"revenue":[]}""");
    }

    [Fact]
    public async Task PN6_parameters_ride_along()
    {
        var shop = await node.OpenAsync();
        var link = (await shop.PostAsync("partner_referral_links", """
            {"partner_key":"partner_123","key":"JOHN20B","parameters":{"utm_source":"partner","utm_campaign":"summer2024"}}
            """)).Ok(201);
        link.GetProperty("url").GetString().ShouldBe("https://yoursite.com/?ref=JOHN20B&utm_source=partner&utm_campaign=summer2024");
        var flat = (await shop.PostAsync("partner_referral_links", """
            {"partner":{"id":"partner_123"},"key":"JOHN20C","utm_source":"partner","utm_campaign":"summer2024"}
            """)).Ok(201);
        flat.GetProperty("url").GetString().ShouldBe("https://yoursite.com/?ref=JOHN20C&utm_source=partner&utm_campaign=summer2024");
    }

    [Fact]
    public async Task PN8_the_domains_are_the_guides_and_the_references()
    {
        var answer = (await (await node.OpenAsync()).GetAsync("partner_referral_links:domains")).Is(200);
        answer.Json.GetProperty("domains").GetRawText().ShouldBe(
            """[{"domain":"yoursite.com","primary":true},{"domain":"shop.yoursite.com","primary":false},{"domain":"eu.yoursite.com","primary":false}]""");
        answer.Each("domain").ShouldBe(["yoursite.com", "shop.yoursite.com", "eu.yoursite.com"]);
        var kinds = answer.Data.EnumerateArray().Select(row => row.GetProperty("id").ValueKind);
        kinds.ShouldBe([JsonValueKind.Null, JsonValueKind.Number, JsonValueKind.Number]);
        answer.Data[1].GetProperty("url").GetString().ShouldBe("https://shop.yoursite.com/?ref=");
        answer.Next.ShouldBeNull();
    }

    [Fact]
    public async Task PN9_a_partners_links_are_listed_with_their_five_metrics()
    {
        var shop = await node.OpenAsync();
        foreach (var key in (string[])["one", "two"])
            (await shop.PostAsync("partner_referral_links", $$"""{"partner_key":"partner_123","key":"{{key}}"}""")).Ok(201);
        var links = (await shop.GetAsync("partners/partner_123/referral_links")).Is(200);
        links.Each("key").ShouldBe(["JOHN20", "two", "one"]);
        foreach (var link in links.Data.EnumerateArray())
            link.GetProperty("stats").EnumerateObject().Select(metric => metric.Name).ShouldBe(["clicks", "unique_clicks", "leads", "conversions", "revenue"]);
        (await shop.GetAsync("partners/nobody/referral_links")).Refused(404, "not_found");
    }

    [Fact]
    public async Task PN10_and_PN11_the_guides_update_and_deletion()
    {
        var shop = await node.OpenAsync();
        var made = (await shop.PostAsync("partner_referral_links", """
            {"id":"link_456","partner_key":"partner_123","label":"Before","destination_url":"https://shop.yoursite.com/a?b=1#c","parameters":{"x":"1"}}
            """)).Ok(201);
        made.GetProperty("id").GetString().ShouldBe("link_456");
        var changed = (await shop.PutAsync("partner_referral_links/link_456", """
            {
                "label": "Updated Campaign Name"
            }
            """)).Ok();
        foreach (var member in made.EnumerateObject().Where(member => member.Name is not ("label" or "updated_at")))
            changed.GetProperty(member.Name).GetRawText().ShouldBe(member.Value.GetRawText(), member.Name);
        changed.GetProperty("label").GetString().ShouldBe("Updated Campaign Name");
        (await shop.DeleteAsync("partner_referral_links/link_456")).Done();
        (await shop.GetAsync("partner_referral_links/link_456")).Refused(404, "not_found");
        (await shop.DeleteAsync("partner_referral_links/link_456")).Refused(404, "not_found");
        (await shop.GetAsync("partners/partner_123/referral_links")).Each("id").ShouldNotContain("link_456");
        (await shop.GetAsync("partners/partner_123/referral_links?status=deleted")).Each("id").ShouldBe(["link_456"]);
    }
}
