namespace Tributary.Server.Tests.Partnero;

/// <summary>Links: keys, destinations, states.</summary>
public sealed class LinkTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task PN25_keys_are_compared_without_case_and_held_to_their_letters()
    {
        var shop = await node.OpenAsync();
        (await CreateAsync(shop, "john20")).Refused(422, "key_taken", "key");
        foreach (var key in (string[])["a..b", "x_y.z-1"])
            (await CreateAsync(shop, key)).Ok(201).GetProperty("key").GetString().ShouldBe(key);
        foreach (var key in (string[])[new string('a', 65), "ü", "a b", "www", ".well-known", "xn--a"])
            (await CreateAsync(shop, key)).Refused(422, "invalid", "key");
    }

    [Fact]
    public async Task PN26_of_many_links_with_one_key_at_once_one_is_made()
    {
        var shop = await node.OpenAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => CreateAsync(shop, "SAME")));
        replies.Count(reply => reply.Status == 201).ShouldBe(1);
        replies.Where(reply => reply.Status != 201).ShouldAllBe(reply => reply.Refused(422, "key_taken", "key") != null);
        (await shop.CountAsync("select count(*) from links where program_id = @program and not is_default")).ShouldBe(1);
    }

    [Fact]
    public async Task PN27_a_generated_key_reads_as_the_partners_and_there_are_500()
    {
        var shop = await node.OpenAsync();
        var keys = new List<string>();
        for (var count = 0; count < 500; count++)
            keys.Add((await CreateAsync(shop, null)).Ok(201).GetProperty("key").GetString()!);
        keys.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(500);
        keys.ShouldAllBe(key => System.Text.RegularExpressions.Regex.IsMatch(key, "^JOHN20-[23456789abcdefghjkmnpqrstuvwxyz]{5}$"));
        (await CreateAsync(shop, null)).Refused(422, "limit_reached");
    }

    [Fact]
    public async Task PN28_destinations_are_on_the_programmes_domains_alone()
    {
        var shop = await node.OpenAsync();
        foreach (var url in (string[])
        [
            "https://evil.com", "https://yoursite.com@evil.com", "https://yoursite.com.evil.com", "//evil.com", "https://evil.com\\\\@yoursite.com",
            "javascript:alert(1)", "https://yoursite.com:8443/", "https://other.yoursite.com/", "https://yoursite.com/\\ta", "ftp://yoursite.com/",
        ])
        {
            var reply = await shop.PostAsync("partner_referral_links", $$"""{"partner_key":"partner_123","destination_url":"{{url}}"}""");
            reply.Status.ShouldBe(422, url);
            reply.Json.GetProperty("code").GetString().ShouldBeOneOf("domain_not_allowed", "invalid");
            reply.Json.GetProperty("errors").TryGetProperty("destination_url", out _).ShouldBeTrue(reply.Text);
        }
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","destination_url":"https://www.yoursite.com/a"}""")).Ok(201)
            .GetProperty("destination_url").GetString().ShouldBe("https://www.yoursite.com/a");
    }

    [Fact]
    public async Task PN32_a_former_key_goes_on_naming_its_link()
    {
        var shop = await node.OpenAsync();
        (await CreateAsync(shop, "old")).Ok(201);
        var changed = (await shop.PutAsync("partner_referral_links/old", """{"key":"new"}""")).Ok();
        changed.GetProperty("id").GetString().ShouldBe("old");
        changed.GetProperty("url").GetString().ShouldBe("https://yoursite.com/?ref=new");
        foreach (var handle in (string[])["old", "OLD", "new", "New"])
            (await shop.GetAsync("partner_referral_links/" + handle)).Ok().GetProperty("key").GetString().ShouldBe("new");
        (await CreateAsync(shop, "Old")).Refused(422, "key_taken", "key");
        (await shop.GetAsync("partners/old")).Ok().GetProperty("id").GetString().ShouldBe("partner_123");
    }

    [Fact]
    public async Task PN35_there_is_always_one_default_link()
    {
        var shop = await node.OpenAsync();
        (await CreateAsync(shop, "second")).Ok(201);
        (await shop.DeleteAsync("partner_referral_links/JOHN20")).Refused(422, "default_link");
        (await shop.PutAsync("partner_referral_links/JOHN20", """{"default":false}""")).Refused(422, "default_link", "default");
        (await shop.PutAsync("partner_referral_links/second", """{"default":true}""")).Ok().GetProperty("default").GetBoolean().ShouldBeTrue();
        (await shop.GetAsync("partners/partner_123")).Json.GetProperty("partner").GetProperty("referral_url").GetString().ShouldBe("https://yoursite.com/?ref=second");
        (await shop.GetAsync("partners/partner_123/referral_links")).Each("default").ShouldBe(["True", "False"]);
        (await shop.DeleteAsync("partner_referral_links/JOHN20")).Done();
    }

    [Fact]
    public async Task A_new_code_of_the_partner_renames_the_default_link_and_the_old_one_answers()
    {
        var shop = await node.OpenAsync();
        (await shop.PutAsync("partners/partner_123", """{"code":"JOHNNY"}""")).Json.GetProperty("partner").GetRawText()
            .ShouldBe("""{"key":"partner_123","code":"JOHNNY","referral_url":"https://yoursite.com/?ref=JOHNNY"}""");
        (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("key").GetString().ShouldBe("JOHNNY");
    }

    [Fact]
    public async Task Only_what_is_sent_changes_and_null_clears()
    {
        var shop = await node.OpenAsync();
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"k","label":"L","domain_id":2,"expires_at":"2030-01-01","format":"query"}""")).Ok(201)
            .GetProperty("url").GetString().ShouldBe("https://shop.yoursite.com/?ref=k");
        var cleared = (await shop.PutAsync("partner_referral_links/k", """{"label":null,"expires_at":null,"status":"paused","domain_id":null,"parameters":{"a":"b"},"url":"https://evil.com"}""")).Ok();
        cleared.GetProperty("label").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        cleared.GetProperty("status").GetString().ShouldBe("paused");
        cleared.GetProperty("url").GetString().ShouldBe("https://yoursite.com/?ref=k&a=b");
        (await shop.PutAsync("partner_referral_links/k", """{"partner":"nobody"}""")).Refused(422, "invalid", "partner");
        (await shop.PutAsync("partner_referral_links/k", """{"status":"blocked"}""")).Refused(422, "invalid", "status");
        (await shop.PutAsync("partner_referral_links/k", """{"domain_id":2,"is_additional":false}""")).Refused(422, "invalid", "is_additional");
        (await shop.PutAsync("partner_referral_links/k", """{"domain_id":99}""")).Refused(422, "invalid", "domain_id");
        (await shop.PutAsync("partner_referral_links/k", """{"expires_at":"2001-01-01"}""")).Refused(422, "invalid", "expires_at");
        (await shop.PostAsync("partner_referral_links", "{}")).Refused(422, "invalid", "partner_key");
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"nobody"}""")).Refused(422, "invalid", "partner_key");
    }

    [Fact]
    public async Task Links_are_searched_and_their_numbers_narrowed()
    {
        var shop = await node.OpenAsync();
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","key":"summer-1","label":"Summer sale"}""")).Ok(201);
        (await shop.GetAsync("partner_referral_links:search?label=SALE")).Each("key").ShouldBe(["summer-1"]);
        (await shop.GetAsync("partner_referral_links:search?key=MMER&partner[key]=JOHN20")).Each("key").ShouldBe(["summer-1"]);
        (await shop.GetAsync("partner_referral_links:search?partner[key]=nobody")).Each("key").ShouldBeEmpty();
        (await shop.GetAsync("partner_referral_links%3Asearch?id=JOHN20")).Each("key").ShouldBe(["JOHN20"]);
        (await shop.GetAsync("partner_referral_links/summer-1?stats_from=2026-01-01&stats_to=2026-02-01T00:00:00Z")).Ok();
        (await shop.GetAsync("partner_referral_links/summer-1?stats_from=never")).Refused(422, "invalid", "stats_from");
    }

    [Fact]
    public async Task A_direct_link_is_its_page()
    {
        var shop = await node.OpenAsync();
        var link = (await shop.PostAsync("partner_referral_links", """
            {"partner_key":"partner_123","key":"d","directTracking":true,"url":"https://yoursite.com/john/","direct_tracking_redirect":true,"direct_tracking_redirect_url":"https://yoursite.com/welcome"}
            """)).Ok(201);
        link.GetProperty("url").GetString().ShouldBe("https://yoursite.com/john");
        link.GetProperty("direct_tracking").GetBoolean().ShouldBeTrue();
        link.GetProperty("direct_tracking_redirect_url").GetString().ShouldBe("https://yoursite.com/welcome");
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","direct_tracking":true,"url":"https://yoursite.com/john"}""")).Status.ShouldBe(422);
        (await shop.PostAsync("partner_referral_links", """{"partner_key":"partner_123","direct_tracking":true,"url":"https://evil.com/john"}""")).Refused(422, "domain_not_allowed", "url");
        (await shop.PutAsync("partner_referral_links/d", """{"direct_tracking":false}""")).Ok().GetProperty("url").GetString().ShouldBe("https://yoursite.com/?ref=d");
    }

    [Fact]
    public async Task PN37_a_link_has_a_QR_code_in_both_formats()
    {
        var shop = await node.OpenAsync();
        var address = (await shop.GetAsync("partner_referral_links/JOHN20")).Ok().GetProperty("qr_url").GetString()!;
        address.ShouldEndWith("/v1/partner_referral_links/JOHN20/qr");
        var svg = await shop.SendAsync("GET", new Uri(address).PathAndQuery);
        (svg.Status, svg.Type).ShouldBe((200, "image/svg+xml"));
        svg.Text.ShouldStartWith("<svg");
        var png = await shop.GetAsync("partner_referral_links/JOHN20/qr?format=png&size=256");
        (png.Status, png.Type).ShouldBe((200, "image/png"));
        png.Bytes[1..4].ShouldBe("PNG"u8.ToArray());
        (await shop.GetAsync("partner_referral_links/JOHN20/qr?size=9")).Refused(422, "invalid", "size");
        (await shop.GetAsync("partner_referral_links/JOHN20/qr?format=gif")).Refused(422, "invalid", "format");
    }

    private static Task<Reply> CreateAsync(PartneroShop shop, string? key) =>
        shop.PostAsync("partner_referral_links", key is null ? """{"partner_key":"partner_123"}""" : $$"""{"partner_key":"partner_123","key":"{{key}}"}""");
}
