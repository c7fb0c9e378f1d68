using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Codes and links: gameball.md 6.</summary>
public sealed class CodeTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB9_ten_thousand_customers_have_ten_thousand_codes()
    {
        var shop = await server.OpenShopAsync();
        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, _) =>
            await shop.ImportAsync($"customer {number}"));
        var codes = await shop.TextsAsync("select code from codes where program_id = @program and code <> 'REF123456'");
        codes.Count.ShouldBe(10_000);
        codes.Distinct(StringComparer.OrdinalIgnoreCase).Count().ShouldBe(10_000);
        var form = new Regex("^[0-9ABCDEFGHJKMNPQRSTVWXYZ]{8}$");
        codes.ShouldAllBe(code => form.IsMatch(code));
    }

    [Fact]
    public async Task GB9_a_code_works_after_ten_years_unless_it_has_a_life()
    {
        var shop = await server.OpenShopAsync();
        var mortal = await server.OpenShopAsync();
        await mortal.ChangeAsync("""{"codes":{"lifeDays":30}}""");
        (await mortal.SignUpAsync("referrer")).Ok();
        var code = await mortal.CodeOfAsync("referrer");
        server.Clock.Advance(TimeSpan.FromDays(30));
        (await mortal.SignUpAsync("day 30", code)).Referral.ShouldBe("accepted");
        server.Clock.Advance(TimeSpan.FromDays(1));
        (await mortal.SignUpAsync("day 31", code)).Referral.ShouldBe("ignored; reason=expired_code");
        server.Clock.Advance(TimeSpan.FromDays(3650));
        (await shop.SignUpAsync("late", "REF123456")).Referral.ShouldBe("accepted");
    }

    [Fact]
    public async Task Codes_have_the_programmes_prefix_and_length()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"codes":{"prefix":"VIP","length":10}}""");
        (await shop.SignUpAsync("new")).Ok();
        (await shop.CodeOfAsync("new"))!.ShouldMatch("^VIP[0-9A-Z]{10}$");
    }

    [Theory]
    [InlineData("https://shop.example/r/{code}", "https://shop.example/r/REF123456")]
    [InlineData("https://shop.example/?a=1#f", "https://shop.example/?a=1&GbReferral=REF123456#f")]
    [InlineData("{site}/signup?ref={ReferralCode}", "https://yourwebsite.com/signup?ref=REF123456")]
    public async Task Links_follow_the_programmes_template(string template, string link)
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync(new JsonObject
        {
            ["links"] = new JsonObject
            {
                ["template"] = template,
                ["site"] = "https://yourwebsite.com",
                ["mobileTemplate"] = "https://app.example/refer?GBReferral={ReferralCode}",
            },
        });
        var customer = (await shop.GetAsync("customers/user_12345")).Ok();
        customer.GetProperty("referralLink").GetString().ShouldBe(link);
        customer.GetProperty("dynamicReferralLink").GetString().ShouldBe("https://app.example/refer?GBReferral=REF123456");
    }

    [Fact]
    public async Task Names_can_be_hidden_from_the_public_key()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"gameball":{"hideNamesFromPublicKey":true}}""");
        (await shop.PublicAsync("GET", "customers/user_12345")).Text.ShouldNotContain("John");
        (await shop.GetAsync("customers/user_12345")).Ok().GetProperty("displayName").GetString().ShouldBe("John Doe");
    }

    [Fact]
    public async Task The_identity_code_has_six_digits_that_rotate()
    {
        var shop = await server.OpenShopAsync();
        var first = (await shop.GetAsync("customers/user_12345/hash")).Ok().GetProperty("hash").GetString()!;
        first.ShouldMatch("^[0-9]{6}$");
        (await shop.GetAsync("customers/user_12345/hash")).Ok().GetProperty("hash").GetString().ShouldBe(first);
        var number = (await shop.GetAsync("customers/user_12345")).Ok().GetProperty("gameballId").GetInt64();
        Customers.IdentityCode.IsValid(shop.Program.HashKey, number, first, server.Clock.GetUtcNow()).ShouldBeTrue();
        Customers.IdentityCode.IsValid(shop.Program.HashKey, number, first, server.Clock.GetUtcNow().AddMinutes(5)).ShouldBeTrue();
        Customers.IdentityCode.IsValid(shop.Program.HashKey, number, first, server.Clock.GetUtcNow().AddMinutes(10)).ShouldBeFalse();
    }
}
