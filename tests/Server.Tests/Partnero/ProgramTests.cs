using Tributary.Programs;

namespace Tributary.Server.Tests.Partnero;

/// <summary>The programme with its numbers, in both types.</summary>
public sealed class ProgramTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    [Fact]
    public async Task An_affiliate_programme_shows_its_numbers_as_texts()
    {
        var shop = await node.OpenEmptyAsync();
        (await shop.PostAsync("partners", """{"id":"p1","email":"p1@example.com"}""")).Ok(201);
        (await shop.PostAsync("partners/p1/reward", """{"amount":1124.9}""")).Ok(201);
        var data = (await shop.GetAsync("program")).Ok();
        data.GetProperty("program").GetProperty("type").GetString().ShouldBe("Affiliate");
        data.GetProperty("program").GetProperty("created_at").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$");
        data.GetProperty("program_settings").GetProperty("cookie_lifetime").GetInt32().ShouldBe(30);
        data.GetProperty("portal_settings").GetProperty("partner_portal_url").GetString()!.ShouldEndWith(shop.Program.PublicId);
        var stats = data.GetProperty("stats");
        stats.GetProperty("total_partners").GetString().ShouldBe("1");
        stats.GetProperty("total_partners_growth").GetInt32().ShouldBe(0);
        stats.GetProperty("total_revenue").GetRawText().ShouldBe("[]");
        stats.GetProperty("total_pending").GetRawText().ShouldBe("""{"usd":"$1,124.90"}""");
        stats.GetProperty("partner_activity").GetProperty("active").GetInt32().ShouldBe(1);
        var overview = (await shop.GetAsync("program/overview")).Ok();
        overview.GetProperty("total_purchases").GetString().ShouldBe("0");
        overview.GetProperty("overview_program_current_settings").GetProperty("program_initials").GetString().ShouldBe("Y");
    }

    [Fact]
    public async Task A_programme_of_friends_repeats_its_numbers_beside_the_settings()
    {
        var shop = await node.OpenEmptyAsync(PartneroType.ReferAFriend);
        var data = (await shop.GetAsync("program")).Ok();
        data.GetProperty("program").GetProperty("type").GetString().ShouldBe("Referral");
        data.GetProperty("total_customers").GetString().ShouldBe(data.GetProperty("stats").GetProperty("total_customers").GetString());
        data.GetProperty("overview_program_current_settings").TryGetProperty("website_url", out _).ShouldBeTrue();
        (await shop.GetAsync("test")).Ok().GetProperty("program").GetProperty("type").GetString().ShouldBe("refer_a_friend");
    }

    [Fact]
    public async Task The_programme_is_renamed_and_its_website_stays_on_its_domains()
    {
        var settings = new System.Text.Json.Nodes.JsonObject { ["links"] = new System.Text.Json.Nodes.JsonObject { ["site"] = "https://yoursite.com" } };
        var shop = await node.OpenEmptyAsync(settings: settings);
        var renamed = (await shop.PutAsync("program", """{"name":"Renamed","website":"https://yoursite.com/shop"}""")).Is(200);
        renamed.Json.GetProperty("message").GetString().ShouldBe("Program updated successfully");
        (await shop.GetAsync("test")).Ok().GetProperty("program").GetProperty("name").GetString().ShouldBe("Renamed");
        (await shop.GetAsync("program")).Ok().GetProperty("program").GetProperty("website").GetString().ShouldBe("https://yoursite.com/shop");
        (await shop.PutAsync("program", """{"website":"https://evil.com"}""")).Refused(422, "invalid", "website");
        (await shop.PutAsync("program", """{"website":"yoursite.com"}""")).Refused(422, "invalid", "website");
        (await shop.PutAsync("program", $$"""{"name":"{{new string('x', 256)}}"}""")).Refused(422, "invalid", "name");
    }
}
