using System.Text.Json.Nodes;
using Dapper;

namespace Tributary.Server.Tests.Gameball;

/// <summary>When a code counts: gameball.md 4.1 to 4.3 and 6.2.</summary>
public sealed class ReferralRuleTests(GameballServer server) : IClassFixture<GameballServer>
{
    [Fact]
    public async Task GB6_registered_without_a_code_three_days_later_the_first_order_brings_it()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("other", "OTHER1");
        (await shop.SignUpAsync("walk-in")).Ok();
        server.Clock.Advance(TimeSpan.FromDays(3));
        var first = await shop.OrderAsync("walk-in", "o1", code: "REF123456");
        first.Ok();
        first.Referral.ShouldBe("accepted");
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        var second = await shop.OrderAsync("walk-in", "o2", code: "OTHER1");
        second.Ok();
        second.Referral.ShouldBe("ignored; reason=customer_locked");
        (await shop.FriendsAsync("other")).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task GB7_a_trusted_call_may_name_the_referrer_by_customer_id()
    {
        var shop = await server.OpenShopAsync();
        var order = await shop.OrderAsync("buyer", "o1", code: "user_12345");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        (await shop.PointsAsync("user_12345")).ShouldBe(200);

        var untrusted = await shop.PublicAsync("POST", "customers", """{"customerId":"public","referrerCode":"user_12345"}""");
        untrusted.Ok();
        untrusted.Referral.ShouldBe("ignored");
        (await shop.SignUpAsync("trusted", "user_12345")).Referral.ShouldBe("accepted");
        (await shop.FriendsAsync()).ShouldBe((2, 1, 1));
    }

    [Fact]
    public async Task GB7_of_a_code_and_an_equal_customer_id_the_code_wins()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("REF123456", "ANOTHER1");
        (await shop.OrderAsync("buyer", "o1", code: "REF123456")).Referral.ShouldBe("accepted");
        (await shop.FriendsAsync("user_12345")).Count.ShouldBe(1);
        (await shop.FriendsAsync("REF123456")).Count.ShouldBe(0);
    }

    [Fact]
    public async Task GB7_a_setting_switches_ids_off()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"gameball":{"customerIdAsCode":false}}""");
        (await shop.OrderAsync("buyer", "o1", code: "user_12345")).Referral.ShouldBe("ignored; reason=unknown_code");
    }

    [Theory]
    [InlineData("\"NOSUCHCODE\"", "unknown_code")]
    [InlineData("\"EXPIRED1\"", "expired_code")]
    [InlineData("\" \"", "unknown_code")]
    [InlineData("\"\"", "unknown_code")]
    [InlineData("{\"code\":\"REF123456\"}", "unknown_code")]
    [InlineData("[\"REF123456\"]", "unknown_code")]
    [InlineData("true", "unknown_code")]
    [InlineData("1.5", "unknown_code")]
    [InlineData("LONG", "unknown_code")]
    public async Task GB22_a_bad_code_changes_nothing_but_the_header(string code, string reason)
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("old", "EXPIRED1");
        await shop.ExecuteAsync("update codes set expires_at = created_at where program_id = @program and code = 'EXPIRED1'");
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        code = code == "LONG" ? $"\"{new string('R', 5000)}\"" : code;

        var plain = (await shop.SignUpAsync("plain")).Ok().EnumerateObject().Select(member => member.Name);
        var signUp = await shop.PostAsync("customers", $$"""{"customerId":"a","referrerCode":{{code}}}""");
        signUp.Ok().EnumerateObject().Select(member => member.Name).ShouldBe(plain);
        signUp.Referral.ShouldBe($"ignored; reason={reason}");
        var untrusted = await shop.PublicAsync("POST", "customers", $$"""{"customerId":"b","referrerCode":{{code}}}""");
        untrusted.Ok();
        untrusted.Referral.ShouldBe("ignored");
        var order = await shop.PostAsync("orders", $$"""{"customerId":"c","orderId":"o1","totalPaid":100,"referrerCode":{{code}}}""");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(0);
        order.Referral.ShouldBe($"ignored; reason={reason}");
        (await shop.CountAsync("select count(*) from attributions where program_id = @program")).ShouldBe(0);
        foreach (var id in (string[])["a", "b", "c"])
            (await shop.TouchesAsync(id)).ShouldBe([reason]);
    }

    [Fact]
    public async Task GB22_without_a_code_there_is_no_header()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("a")).Referral.ShouldBeNull();
        (await shop.PostAsync("customers", """{"customerId":"a","referrerCode":null}""")).Referral.ShouldBeNull();
        (await shop.OrderAsync("a", "o1")).Referral.ShouldBeNull();
        (await shop.TouchesAsync("a")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(300, true)]
    [InlineData(301, false)]
    public async Task GB23_an_update_brings_a_code_within_five_minutes(int seconds, bool counts)
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("new")).Ok();
        server.Clock.Advance(TimeSpan.FromSeconds(seconds));
        (await shop.SignUpAsync("new", "REF123456")).Referral.ShouldBe(counts ? "accepted" : "ignored; reason=code_too_late");
        (await shop.FriendsAsync()).Count.ShouldBe(counts ? 1 : 0);
    }

    [Fact]
    public async Task GB23_with_no_window_only_the_registering_call_brings_a_code()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync("""{"gameball":{"signupWindowSeconds":0}}""");
        (await shop.SignUpAsync("at once", "REF123456")).Referral.ShouldBe("accepted");
        (await shop.SignUpAsync("later")).Ok();
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await shop.SignUpAsync("later", "REF123456")).Referral.ShouldBe("ignored; reason=code_too_late");
    }

    [Fact]
    public async Task GB23_an_event_registers_nobody()
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("events", """{"customerId":"visitor","events":{"visit":{"page":"home"}}}""")).Ok();
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        (await shop.SignUpAsync("visitor", "REF123456")).Referral.ShouldBe("accepted");
    }

    [Fact]
    public async Task GB24_a_wrong_code_does_not_use_up_the_chance()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("other", "OTHER1");
        (await shop.SignUpAsync("new", "WRONG99")).Referral.ShouldBe("ignored; reason=unknown_code");
        server.Clock.Advance(TimeSpan.FromDays(2));
        (await shop.OrderAsync("new", "o1", code: "REF123456")).Referral.ShouldBe("accepted");
        (await shop.SignUpAsync("new", "OTHER1")).Referral.ShouldBe("ignored; reason=customer_locked");
        (await shop.OrderAsync("new", "o2", code: "OTHER1")).Referral.ShouldBe("ignored; reason=customer_locked");
        (await shop.FriendsAsync()).Count.ShouldBe(1);
        (await shop.FriendsAsync("other")).Count.ShouldBe(0);
    }

    [Fact]
    public async Task GB25_nobody_refers_himself()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("anna", "ANNA123", email: "Anna@Example.com", mobile: "+966 50 000 1234");
        (await shop.SignUpAsync("anna", "ANNA123")).Referral.ShouldBe("ignored; reason=self_referral");
        (await shop.OrderAsync("anna", "o1", code: "anna")).Referral.ShouldBe("ignored; reason=self_referral");
        (await shop.SignUpAsync("second", "ANNA123", ""","email":"anna@example.COM" """)).Referral.ShouldBe("ignored; reason=self_referral");
        (await shop.SignUpAsync("third", "ANNA123", ""","customerAttributes":{"mobile":"00966500001234"}""")).Referral
            .ShouldBe("ignored; reason=self_referral");
        foreach (var id in (string[])["anna", "second", "third"])
            (await IsValidAsync(shop, "ANNA123", id)).ShouldBeFalse(id);
        (await IsValidAsync(shop, "ANNA123", "somebody new")).ShouldBeTrue();
    }

    [Fact]
    public async Task GB25_a_friend_does_not_refer_back()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("friend", "REF123456")).Referral.ShouldBe("accepted");
        var code = await shop.CodeOfAsync("friend");
        (await IsValidAsync(shop, code!, "user_12345")).ShouldBeFalse();
        (await shop.OrderAsync("user_12345", "o1", code: code)).Referral.ShouldBe("ignored; reason=circular");
    }

    [Fact]
    public async Task GB26_a_guest_does_not_refer_and_may_be_referred()
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("customers", """{"customerId":"guest","guest":true}""")).Ok();
        (await shop.CodeOfAsync("guest")).ShouldBeNull();
        (await shop.GetAsync("customers/guest")).Ok().GetProperty("referralLink").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await shop.OrderAsync("buyer", "o0", code: "guest")).Referral.ShouldBe("ignored; reason=referrer_inactive");

        var order = await shop.OrderAsync("visitor", "o1", code: "REF123456", more: ",\"guest\":true");
        order.Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        (await shop.CodeOfAsync("visitor")).ShouldBeNull();
        (await shop.PostAsync("customers", """{"customerId":"visitor","guest":false}""")).Ok();
        (await shop.CodeOfAsync("visitor")).ShouldNotBeNullOrEmpty();
        (await shop.PointsAsync("visitor")).ShouldBe(100);
        (await shop.PostAsync("customers", """{"customerId":"visitor","guest":true}""")).Ok();
        (await shop.CodeOfAsync("visitor")).ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("ref123456")]
    [InlineData(" REF 123-456 ")]
    [InlineData("REFI23456")]
    [InlineData("REF\u0661\u0662\u0663\u0664\u0665\u0666")]
    [InlineData("https://yourwebsite.com/signup?x=1&REF=REF123456#a")]
    [InlineData("yourwebsite.com/signup?ref=ref123456")]
    [InlineData("user_12345048213")]
    [InlineData("REF123456\r\n")]
    public async Task GB27_a_till_may_type_and_scan_in_many_spellings(string code)
    {
        var shop = await server.OpenShopAsync();
        (await shop.OrderAsync("buyer", "o1", code: code)).Referral.ShouldBe("accepted");
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
    }

    [Fact]
    public async Task GB27_a_spelling_between_two_codes_is_ambiguous()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("one", "C0DE1");
        await shop.ImportAsync("two", "CODE1");
        (await shop.OrderAsync("buyer", "o1", code: "C-0-D-E-I")).Referral.ShouldBe("ignored; reason=ambiguous_code");
        (await shop.OrderAsync("buyer", "o2", code: "code1")).Referral.ShouldBe("ignored; reason=customer_not_new");
        (await shop.OrderAsync("next", "o3", code: "code1")).Referral.ShouldBe("accepted");
        (await shop.FriendsAsync("two")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task GB28_validate_tells_only_of_codes_that_could_be_used()
    {
        var shop = await server.OpenShopAsync();
        await shop.ImportAsync("expired", "EXPIRED1");
        await shop.ImportAsync("retired", "RETIRED1");
        await shop.ImportAsync("switched", "SWITCHED1");
        await shop.ExecuteAsync("update codes set expires_at = created_at where program_id = @program and code = 'EXPIRED1'");
        await shop.ExecuteAsync("update codes set state = 'retired' where program_id = @program and code = 'RETIRED1'");
        await shop.ExecuteAsync("""
            update referrers set state = 'suspended' where program_id = @program and referrer_id =
              (select customer_id from customer_ids where program_id = @program and merchant_id = 'switched')
            """);
        (await shop.PostAsync("customers", """{"customerId":"guest","guest":true}""")).Ok();
        (await shop.SignUpAsync("referred", "REF123456")).Ok();
        (await shop.OrderAsync("bought", "o1")).Ok();
        server.Clock.Advance(TimeSpan.FromMinutes(6));
        var before = await RowsAsync(shop);

        (await IsValidAsync(shop, "REF123456", null)).ShouldBeTrue();
        (await IsValidAsync(shop, "ref-123 456", "somebody new")).ShouldBeTrue();
        foreach (var code in (string[])["NOSUCH", "EXPIRED1", "RETIRED1", "SWITCHED1", "guest", new string('x', 5000)])
            (await IsValidAsync(shop, code, null)).ShouldBeFalse(code);
        foreach (var customer in (string[])["user_12345", "referred", "bought"])
            (await IsValidAsync(shop, "REF123456", customer)).ShouldBeFalse(customer);
        (await shop.GetAsync("referrals/validate")).Refused(400, 3000, "referrer code is missing");
        (await shop.GetAsync("referrals/validate?referrerCode=%20")).Refused(400, 3000);
        (await shop.GetAsync("customers/validateReferrerCode?referralCode=REF123456")).Ok().GetProperty("isValid").GetBoolean().ShouldBeTrue();
        (await RowsAsync(shop)).ShouldBe(before);
    }

    [Fact]
    public async Task GB28_ids_are_no_codes_for_the_public_key()
    {
        var shop = await server.OpenShopAsync();
        var answer = await shop.PublicAsync("GET", "referrals/validate?referrerCode=user_12345");
        answer.Ok().GetProperty("isValid").GetBoolean().ShouldBeFalse();
        (await IsValidAsync(shop, "user_12345", null)).ShouldBeTrue();
    }

    [Fact]
    public async Task F24_who_guesses_codes_learns_nothing_more()
    {
        var shop = await server.OpenShopAsync();
        await shop.ChangeAsync(TransportTests.Unlimited());
        for (var guess = 0; guess < 30; guess++)
            (await shop.PublicAsync("GET", $"referrals/validate?referrerCode=GUESS{guess}")).Ok();
        var refused = (await shop.PublicAsync("GET", "referrals/validate?referrerCode=REF123456")).Refused(429, 429);
        refused.Header("Retry-After").ShouldNotBeNullOrEmpty();
        var signUp = await shop.PublicAsync("POST", "customers", """{"customerId":"new","referrerCode":"REF123456"}""");
        signUp.Ok();
        signUp.Referral.ShouldBe("ignored");
        (await shop.SignUpAsync("trusted", "REF123456")).Referral.ShouldBe("accepted");
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await shop.PublicAsync("GET", "referrals/validate?referrerCode=REF123456")).Ok().GetProperty("isValid").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_referrer_switched_off_later_gets_nothing_and_the_friend_does()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SignUpAsync("friend", "REF123456")).Referral.ShouldBe("accepted");
        await shop.ExecuteAsync("update referrers set state = 'suspended' where program_id = @program and kind = 'customer' and referrer_id in (select referrer_id from codes where code = 'REF123456' and program_id = @program)");
        (await shop.OrderAsync("friend", "o1")).Ok().GetProperty("rewardedPoints").GetInt64().ShouldBe(100);
        (await shop.PointsAsync("user_12345")).ShouldBe(0);
        (await shop.FriendsAsync()).ShouldBe((1, 0, 1));
        (await shop.CodeOfAsync("user_12345")).ShouldBeNull();
    }

    private static async Task<bool> IsValidAsync(Shop shop, string code, string? customer)
    {
        var query = $"referrals/validate?referrerCode={Uri.EscapeDataString(code)}";
        if (customer is not null)
            query += $"&forCustomerId={Uri.EscapeDataString(customer)}";
        return (await shop.GetAsync(query)).Ok().GetProperty("isValid").GetBoolean();
    }

    private static Task<long> RowsAsync(Shop shop) => shop.CountAsync("""
        select (select count(*) from touches where program_id = @program) + (select count(*) from events where program_id = @program)
             + (select count(*) from customers where program_id = @program) + (select count(*) from attributions where program_id = @program)
        """);
}
