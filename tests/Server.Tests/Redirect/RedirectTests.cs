using System.Net;
using Tributary.Clicks;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Redirect;

public sealed class RedirectTests(LinkSite at) : IClassFixture<LinkSite>
{
    [Fact]
    public async Task CL1_a_persons_click_is_led_on_with_code_and_click_id_and_is_in_the_database()
    {
        var shop = await at.OpenAsync();
        using var answer = await shop.VisitAsync(shop.Person(), "/?utm_source=news&sub1=a&color=red");
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        var location = answer.Headers.Location!;
        location.Host.ShouldBe(shop.Site);
        location.Query.ShouldContain("ref=JOHN20");
        location.Query.ShouldContain("color=red");
        var row = (await shop.RowsAsync()).ShouldHaveSingleItem();
        row["verdict"].ShouldBe("valid");
        location.Query.ShouldContain("trb_click=" + new ClickId((Guid)row["click_id"]!));
        row["form"].ShouldBe("subdomain");
        row["utm_source"].ShouldBe("news");
        row["sub1"].ShouldBe("a");
        row["browser"].ShouldBe("Chrome");
        row["referrer_id"].ShouldBe(shop.PartnerId);
        ((string)row["address"]!).ShouldEndWith(".0/24");
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task CL14_D15_redirects_are_never_kept_by_caches()
    {
        var shop = await at.OpenAsync("""{"referrerPolicy":"no-referrer"}""");
        using var answer = await shop.VisitAsync(shop.Person());
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        answer.Headers.CacheControl!.ToString().ShouldBe("no-store");
        answer.Headers.GetValues("X-Robots-Tag").ShouldBe(["noindex"]);
        answer.Headers.GetValues("Referrer-Policy").ShouldBe(["no-referrer"]);
        answer.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("default-src 'none'");
        answer.Headers.Contains("Server").ShouldBeFalse();
        (await answer.Content.ReadAsByteArrayAsync()).Length.ShouldBeLessThan(200);
    }

    /// <summary>Per row of the table of verdicts: what makes it fit, and what is answered.</summary>
    [Theory]
    [InlineData("Sec-Purpose", "prefetch", "preview", 503, false)]
    [InlineData("X-Purpose", "preview", "preview", 302, true)]
    [InlineData("User-Agent", "Googlebot/2.1 (+http://www.google.com/bot.html)", "bot", 302, true)]
    [InlineData("Sec-Fetch-Dest", "iframe", "not_navigation", 302, false)]
    [InlineData("Accept-Language", null, "automation", 302, true)]
    [InlineData("Referer", "https://urlscan.io/result/1", "scanner", 302, true)]
    [InlineData("Referer", "https://bad.example/x", "source_blocked", 302, true)]
    [InlineData("X-Country", "kp", "source_blocked", 302, true)]
    [InlineData("X-Forwarded-For", "198.51.100.7", "source_blocked", 302, true)]
    public async Task CL16_what_a_rule_fits_leads_on_without_click_id_and_cookie(string header, string? value, string verdict, int status, bool withCode)
    {
        var shop = await at.OpenAsync("""{"blockedHosts":["bad.example"],"blockedCountries":["KP"],"blockedNetworks":["198.51.100.0/24"]}""");
        var visitor = shop.Person();
        visitor[header] = value;
        using var answer = await shop.VisitAsync(visitor);
        ((int)answer.StatusCode).ShouldBe(status);
        (await shop.LastVerdictAsync()).ShouldBe(verdict);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var location = answer.Headers.Location?.ToString() ?? "";
        location.ShouldNotContain("trb_click");
        location.Contains("ref=JOHN20", StringComparison.Ordinal).ShouldBe(withCode);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Rule1_D17_a_head_request_is_no_click_and_uses_nothing_up()
    {
        var shop = await at.OpenAsync();
        using var answer = await shop.VisitAsync(shop.Person(), method: "HEAD");
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        answer.Headers.Location!.Query.ShouldContain("ref=JOHN20");
        (await shop.LastVerdictAsync()).ShouldBe("head");
    }

    [Fact]
    public async Task Rule8_paid_visits_count_unless_the_programme_ignores_them()
    {
        foreach (var (settings, verdict) in new[] { ("{}", "valid"), ("""{"ignorePaidAds":true}""", "paid_ads") })
        {
            var shop = await at.OpenAsync(settings);
            using var answer = await shop.VisitAsync(shop.Person(), "/?gclid=1");
            (await shop.LastVerdictAsync()).ShouldBe(verdict);
        }
    }

    [Fact]
    public async Task Rule11_D35_a_flood_of_one_address_is_led_on_and_not_counted()
    {
        var shop = await at.OpenAsync("""{"duplicateSeconds":0}""");
        var visitor = shop.Person();
        for (var n = 0; n < 65; n++)
            using (var answer = await shop.VisitAsync(visitor))
                answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        var rows = await shop.RowsAsync();
        rows.Count(row => (string)row["verdict"]! == "valid").ShouldBe(60);
        rows.Count(row => (string)row["verdict"]! == "flood").ShouldBe(5);
        await shop.ShouldAddUpAsync();
    }

    [Fact]
    public async Task Rule11_D35_arrivals_that_a_page_reports_are_judged_by_their_rate_and_country_too()
    {
        var shop = await at.OpenAsync("""{"duplicateSeconds":0}""");
        var visitor = shop.Person();
        (visitor["Host"], visitor["Origin"], visitor["X-Country"]) = (null, $"https://{shop.Site}", "pt");
        var body = $$"""{"url":"https://{{shop.Site}}/?ref=JOHN20"}""";
        for (var n = 0; n < 62; n++)
            using (var answer = await shop.VisitAsync(visitor, $"/pub/v1/{shop.Program.PublicId}/touch", "POST", body))
                answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var rows = await shop.RowsAsync();
        rows.Count(row => (string)row["verdict"]! == "valid").ShouldBe(60);
        rows.Count(row => (string)row["verdict"]! == "flood").ShouldBe(2);
        rows.ShouldAllBe(row => ((string)row["country"]!).Trim() == "PT");
    }

    [Fact]
    public async Task CL17_private_addresses_are_never_judged_by_their_rate()
    {
        var shop = await at.OpenAsync("""{"duplicateSeconds":0}""");
        var visitor = shop.Person();
        visitor["X-Forwarded-For"] = "10.1.2.3";
        for (var n = 0; n < 65; n++)
            using (await shop.VisitAsync(visitor))
            {
            }
        (await shop.RowsAsync()).ShouldAllBe(row => (string)row["verdict"]! == "valid");
    }

    [Fact]
    public async Task Rule12_a_second_click_within_seconds_is_a_duplicate()
    {
        var shop = await at.OpenAsync();
        var visitor = shop.Person();
        using var first = await shop.VisitAsync(visitor);
        visitor["Cookie"] = first.Headers.GetValues("Set-Cookie").First(cookie => cookie.StartsWith("trb_vid=", StringComparison.Ordinal)).Split(';')[0];
        using var second = await shop.VisitAsync(visitor);
        second.StatusCode.ShouldBe(HttpStatusCode.Found);
        var rows = await shop.RowsAsync();
        rows.Select(row => row["verdict"]).ShouldBe(["valid", "duplicate"], ignoreOrder: true);
        rows.Select(row => row["visitor_id"]).Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("update links set state = 'paused'", "link_paused", 302)]
    [InlineData("update links set state = 'blocked'", "blocked", 410)]
    [InlineData("update links set state = 'deleted', deleted_at = now()", "link_deleted", 302)]
    [InlineData("update referrers set state = 'suspended'", "referrer_inactive", 302)]
    public async Task Rule5_states_are_heeded(string change, string verdict, int status)
    {
        var shop = await at.OpenAsync();
        await shop.ExecuteAsync(change + " where program_id = @Id");
        using var answer = await shop.VisitAsync(shop.Person());
        ((int)answer.StatusCode).ShouldBe(status);
        (answer.Headers.Location?.ToString() ?? "").ShouldNotContain("JOHN20");
        (await shop.LastVerdictAsync()).ShouldBe(verdict);
    }

    [Fact]
    public async Task CL10_a_deleted_link_is_gone_where_the_programme_says_so()
    {
        var shop = await at.OpenAsync(links: """{"deletedLinks":"gone"}""");
        await shop.ExecuteAsync("update links set state = 'deleted', deleted_at = now() where program_id = @Id");
        using var answer = await shop.VisitAsync(shop.Person());
        answer.StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await shop.LastVerdictAsync()).ShouldBe("link_deleted");
    }

    [Fact]
    public async Task CL74_a_robot_at_a_paused_link_is_remembered_as_both()
    {
        var shop = await at.OpenAsync();
        await shop.ExecuteAsync("update links set state = 'paused' where program_id = @Id");
        var robot = shop.Person();
        robot["User-Agent"] = "Googlebot/2.1 (+http://www.google.com/bot.html)";
        using (await shop.VisitAsync(robot))
        {
        }
        var row = (await shop.RowsAsync())[^1];
        ((string?)row["verdict"]).ShouldBe("bot");
        (((int)row["flags"]! >> 8) & 31).ShouldBe((int)Tributary.Clicks.Verdict.LinkPaused);
    }

    [Fact]
    public async Task F24_whoever_guesses_on_costs_the_database_nothing()
    {
        var shop = await at.OpenAsync();
        var guesser = shop.Person();
        guesser["Host"] = $"go.{shop.Site}";
        for (var n = 0; n < 31; n++)
            using (await shop.VisitAsync(guesser, $"/guess{n}"))
            {
            }
        var known = shop.Person();
        known["Host"] = $"go.{shop.Site}";
        var code = await shop.ShortCodeAsync();
        // A link that is not in memory is not looked for any more; one that is answers as ever.
        guesser["X-Forwarded-For"].ShouldNotBe(known["X-Forwarded-For"]);
        using (var refused = await shop.VisitAsync(guesser, $"/{code}"))
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using (var answered = await shop.VisitAsync(known, $"/{code}"))
            answered.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using (var remembered = await shop.VisitAsync(guesser, $"/{code}"))
            remembered.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task CL18_a_link_that_is_used_up_says_so()
    {
        var shop = await at.OpenAsync();
        await shop.ExecuteAsync("update links set click_limit = 1 where program_id = @Id");
        using (await shop.VisitAsync(shop.Person()))
        {
        }
        await Task.Delay(550);
        using (await shop.VisitAsync(shop.Person()))
        {
        }
        (await shop.ValueAsync<long>("select count(*) from links where program_id = @Id and limit_reached_at is not null and version = 2")).ShouldBe(1);
        await Task.Delay(550);
        using (await shop.VisitAsync(shop.Person()))
        {
        }
        (await shop.ValueAsync<long>("select count(*) from links where program_id = @Id and version = 2")).ShouldBe(1);
        // Other limits, another count.
        await shop.ExecuteAsync("update links set click_limit = 5, limit_reached_at = null where program_id = @Id");
        await Task.Delay(550);
        using (await shop.VisitAsync(shop.Person()))
        {
        }
        (await shop.RowsAsync()).Select(row => row["verdict"]).ShouldBe(["valid", "link_expired", "link_expired", "valid"], ignoreOrder: true);
    }

    [Fact]
    public async Task CL18_D17_only_valid_clicks_use_a_link_up()
    {
        var shop = await at.OpenAsync();
        await shop.ExecuteAsync("update links set click_limit = 2 where program_id = @Id");
        var preview = shop.Person();
        preview["X-Purpose"] = "preview";
        for (var n = 0; n < 3; n++)
            using (await shop.VisitAsync(preview))
            {
            }
        for (var n = 0; n < 3; n++)
        {
            await Task.Delay(550);
            using (await shop.VisitAsync(shop.Person()))
            {
            }
        }
        (await shop.RowsAsync()).Select(row => row["verdict"]).ShouldBe(["preview", "preview", "preview", "valid", "valid", "link_expired"], ignoreOrder: true);
    }

    [Fact]
    public async Task CL6_methods_other_than_get_and_head_are_refused()
    {
        var shop = await at.OpenAsync();
        using var answer = await shop.VisitAsync(shop.Person(), method: "POST");
        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Content.Headers.Allow.ShouldBe(["GET", "HEAD"]);
        (await shop.RowsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task CL6_F24_unknown_codes_are_not_found_counted_and_throttled()
    {
        var shop = await at.OpenAsync();
        var visitor = shop.Person();
        visitor["Host"] = "go." + shop.Site;
        for (var n = 0; n < 30; n++)
            using (var answer = await shop.VisitAsync(visitor, $"/nosuch{n}"))
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
                answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            }
        using (var refused = await shop.VisitAsync(visitor, "/nosuch31"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter.ShouldNotBeNull();
        }
        using (var other = await shop.VisitAsync(shop.Person()))
            other.StatusCode.ShouldBe(HttpStatusCode.Found);
        (await shop.RowsAsync()).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("/nope99", "text/html,application/xhtml+xml,*/*;q=0.8", true)]
    [InlineData("/nope/99", "text/html", true)]
    [InlineData("/nope99", "application/json", false)]
    [InlineData("/api/nope99", "text/html", false)]
    public async Task CL6_at_the_servers_own_address_people_are_told_that_a_link_is_not_known(string path, string accept, bool isPage)
    {
        var shop = await at.OpenAsync();
        var visitor = shop.Person();
        (visitor["Host"], visitor["Accept"]) = (null, accept);
        using var answer = await shop.VisitAsync(visitor, path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Content.Headers.ContentType?.MediaType.ShouldBe(isPage ? "text/html" : null);
        (await answer.Content.ReadAsStringAsync()).Contains("This link is not known", StringComparison.Ordinal).ShouldBe(isPage);
    }

    [Fact]
    public async Task CL31_CL44_the_cookie_is_shared_by_sub_domains_kept_400_days_and_insecure_only_on_plain_http()
    {
        var shop = await at.OpenAsync();
        var visitor = shop.Person();
        visitor["X-Forwarded-Proto"] = "https";
        using var answer = await shop.VisitAsync(visitor);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        cookies.ShouldContain(cookie => cookie.StartsWith("trb_vid=", StringComparison.Ordinal)
            && cookie.EndsWith($"; max-age=34560000; path=/; domain={shop.Site}; secure; samesite=lax; httponly", StringComparison.Ordinal));
        cookies.ShouldContain(cookie => cookie.StartsWith("trb_click=", StringComparison.Ordinal) && cookie.Contains("max-age=2592000", StringComparison.Ordinal));
        answer.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();
        using var plain = await shop.VisitAsync(shop.Person());
        plain.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => !cookie.Contains("secure", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CL51_before_consent_a_row_is_minimal_and_nothing_is_stored()
    {
        var shop = await at.OpenAsync("""{"consent":"required"}""");
        var visitor = shop.Person();
        visitor["X-Country"] = "no";
        using var answer = await shop.VisitAsync(visitor, "/?utm_source=news");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Headers.Location!.Query.ShouldContain("trb_click=");
        var row = (await shop.RowsAsync()).ShouldHaveSingleItem();
        row["visitor_from"].ShouldBe("derived");
        row["visitor_key"].ShouldNotBeNull();
        row["country"].ShouldBe("NO");
        foreach (var column in new[] { "visitor_id", "agent_id", "address", "browser", "referring_host", "utm_source" })
            row[column].ShouldBeNull();
    }

    [Fact]
    public async Task CL52_anonymous_clicks_count_and_nothing_is_known_of_them()
    {
        var shop = await at.OpenAsync("""{"consent":"anonymous"}""");
        using var answer = await shop.VisitAsync(shop.Person());
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Headers.Location!.Query.ShouldContain("ref=JOHN20");
        answer.Headers.Location!.Query.ShouldNotContain("trb_click");
        var row = (await shop.RowsAsync()).ShouldHaveSingleItem();
        (row["verdict"], row["visitor_key"], row["visitor_id"]).ShouldBe(("valid", null, null));
    }

    [Theory]
    [InlineData("{}", "Sec-GPC", true)]
    [InlineData("""{"gpc":"anonymous"}""", "Sec-GPC", false)]
    [InlineData("""{"dntAsGpc":true}""", "DNT", true)]
    public async Task CL53_the_wish_for_privacy_is_heeded(string settings, string header, bool keepsClickId)
    {
        var shop = await at.OpenAsync(settings);
        var visitor = shop.Person();
        visitor[header] = "1";
        using var answer = await shop.VisitAsync(visitor);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Headers.Location!.Query.Contains("trb_click=", StringComparison.Ordinal).ShouldBe(keepsClickId);
        var row = (await shop.RowsAsync()).ShouldHaveSingleItem();
        ((int)row["flags"]! & (int)ClickFlags.Gpc).ShouldNotBe(0);
        row["address"].ShouldBeNull();
    }

    [Fact]
    public async Task CL53_every_host_says_that_it_heeds_the_wish()
    {
        var shop = await at.OpenAsync();
        foreach (var host in new[] { "go." + shop.Site, "127.0.0.1" })
        {
            var visitor = shop.Person();
            visitor["Host"] = host;
            using var answer = await shop.VisitAsync(visitor, "/.well-known/gpc.json");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync()).ShouldStartWith("""{"gpc":true,"lastUpdate":"20""");
        }
    }

    [Fact]
    public async Task CL30_D5_two_browsers_behind_one_address_are_two_visitors_with_two_ids()
    {
        var shop = await at.OpenAsync();
        var office = shop.Person();
        var other = new Dictionary<string, string?>(office) { ["User-Agent"] = LinkShop.Chrome.Replace("138", "137", StringComparison.Ordinal) };
        using var one = await shop.VisitAsync(office);
        using var two = await shop.VisitAsync(other);
        var rows = await shop.RowsAsync();
        rows.Select(row => row["click_id"]).Distinct().Count().ShouldBe(2);
        rows.Select(row => row["visitor_id"]).Distinct().Count().ShouldBe(2);
        rows.ShouldAllBe(row => (string)row["verdict"]! == "valid" && ((int)row["flags"]! & (int)ClickFlags.Unique) != 0);
    }

    [Theory]
    [InlineData("/?ref=EVIL&trb_click=x")]
    [InlineData("/?utm_source=%00&sub1=%ED%A0%80")]
    [InlineData("/?a=%0d%0aSet-Cookie:x=1")]
    [InlineData("/?https://evil.example/")]
    [InlineData("/%2f%2fevil.example/")]
    public async Task N10_CL13_a_query_never_changes_where_a_link_leads(string path)
    {
        var shop = await at.OpenAsync();
        using var answer = await shop.VisitAsync(shop.Person(), path);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found);
        answer.Headers.Location!.Host.ShouldBe(shop.Site);
        answer.Headers.Location.Query.ShouldNotContain("ref=EVIL");
        (await shop.RowsAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task N12_D19_only_configured_proxies_say_who_the_visitor_is()
    {
        var shop = await at.OpenAsync();
        var visitor = shop.Person();
        visitor["X-Real-IP"] = visitor["CF-Connecting-IP"] = "198.51.100.1";
        visitor["Forwarded"] = "for=198.51.100.2";
        visitor["X-Forwarded-For"] = "198.51.100.3, 203.0.113.9";
        using var answer = await shop.VisitAsync(visitor);
        (await shop.RowsAsync())[0]["address"].ShouldBe("203.0.113.0/24");
    }
}
