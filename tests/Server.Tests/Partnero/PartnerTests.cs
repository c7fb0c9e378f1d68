namespace Tributary.Server.Tests.Partnero;

/// <summary>Partners: made, found, changed, put away.</summary>
public sealed class PartnerTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    private const string John = """{"key":"partner_123","code":"JOHN20","email":"john@example.com","name":"John"}""";

    [Fact]
    public async Task PN21_a_partner_is_found_by_id_code_former_code_and_e_mail_and_no_text_means_two()
    {
        var shop = await OpenAsync();
        (await shop.PutAsync("partners/partner_123", """{"key":"JOHNNY"}""")).Ok().GetProperty("key").GetString().ShouldBe("JOHNNY");
        foreach (var handle in (string[])["partner_123", "Partner_123", "JOHNNY", "johnny", "JOHN20", "john%40example.com", "JOHN@EXAMPLE.com"])
            (await shop.GetAsync("partners/" + handle)).Ok().GetProperty("id").GetString().ShouldBe("partner_123", handle);
        (await shop.PostAsync("partners", """{"id":"john20","email":"b@example.com"}""")).Refused(422, "key_taken", "id");
        (await shop.PostAsync("partners", """{"id":"PARTNER_123","email":"b@example.com"}""")).Refused(422, "key_taken", "id");
        (await shop.PostAsync("partners", """{"key":"partner_123","email":"b@example.com"}""")).Refused(422, "key_taken", "key");
        (await shop.PostAsync("partners", """{"id":"other","email":"JOHN@example.com"}""")).Refused(422, "email_taken", "email");
        (await shop.GetAsync("partners/nobody")).Refused(404, "not_found");
        (await shop.GetAsync("partner?email=john@example.com")).Ok().GetProperty("id").GetString().ShouldBe("partner_123");
        (await shop.GetAsync("partner?key=john20")).Ok();
        (await shop.GetAsync("partner")).Refused(422, "invalid", "id");
    }

    [Fact]
    public async Task A_partners_id_and_code_may_be_the_same_text()
    {
        var shop = await node.OpenEmptyAsync();
        (await shop.PostAsync("partners", """{"key":"john","code":"JOHN","email":"a@example.com"}""")).Ok(201).GetProperty("code").GetString().ShouldBe("JOHN");
        (await shop.PostAsync("partners", """{"id":"jane","email":"b@example.com"}""")).Ok(201);
        (await shop.PutAsync("partners/jane", """{"code":"Jane"}""")).Ok().GetProperty("code").GetString().ShouldBe("Jane");
        (await shop.GetAsync("partners/JANE")).Ok().GetProperty("id").GetString().ShouldBe("jane");
    }

    [Fact]
    public async Task What_is_left_out_is_generated_and_what_is_wrong_is_told_at_once()
    {
        var shop = await node.OpenEmptyAsync();
        var made = (await shop.PostAsync("partners", """{"email":"mia@example.com","name":"Mia Müller"}""")).Ok(201);
        made.GetProperty("id").GetString()!.ShouldMatch("^[A-Za-z0-9]{12}$");
        made.GetProperty("code").GetString()!.ShouldMatch("^MIAMLLER[0-9]{2}$");
        (await shop.PostAsync("partners", """{"email":"x@example.com"}""")).Ok(201).GetProperty("code").GetString()!.Length.ShouldBe(8);
        var refused = (await shop.PostAsync("partners", """{"id":"a/b","password":"short","name":{"x":1},"tags":"ok"}""")).Refused(422, "invalid");
        refused.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["id", "email", "password", "name"], ignoreOrder: true);
        (await shop.PostAsync("partners", """{"email":"nobody"}""")).Refused(422, "invalid", "email");
        (await shop.PostAsync("partners", """{"email":"y@example.com","referring_partner":"nobody"}""")).Refused(422, "invalid", "referring_partner");
        (await shop.CountAsync("select count(*) from outgoing_mails where program_id = @program")).ShouldBe(2);
    }

    [Fact]
    public async Task PN19_unknown_members_nulls_and_other_types_are_forgiven()
    {
        var shop = await node.OpenEmptyAsync();
        var made = (await shop.PostAsync(
            "partners",
            """{"id":123456,"key":777777,"email":"n@example.com","surname":null,"tags":["a",{"value":"b"}],"custom_fields":{"Size":3},"program_id":1,"status":"archived","balance":9}""")).Ok(201);
        made.GetProperty("id").GetString().ShouldBe("123456");
        made.GetProperty("code").GetString().ShouldBe("777777");
        made.GetProperty("status").GetString().ShouldBe("active");
        made.GetProperty("tags")[1].GetProperty("value").GetString().ShouldBe("b");
        made.GetProperty("custom_fields")[0].GetProperty("value").GetString().ShouldBe("3");
        var reward = (await shop.PostAsync("partners/123456/reward", """{"amount":"99.99","key":"bonus-1"}""")).Ok(201);
        reward.GetProperty("amount").GetRawText().ShouldBe("99.99");
        reward.GetProperty("status").GetString().ShouldBe("ok");
        (await shop.PostAsync("partners/123456/reward", """{"amount":99.990000000000002,"key":"bonus-1"}""")).Ok(201).GetProperty("id").GetInt64()
            .ShouldBe(reward.GetProperty("id").GetInt64());
        (await shop.PostAsync("partners/123456/reward", """{"amount":5,"key":"bonus-1"}""")).Refused(409, "conflict");
        (await shop.PostAsync("partners/123456/reward", """{"amount":0.001}""")).Refused(422, "invalid", "amount");
        (await shop.PostAsync("partners/123456/reward", """{"amount":-1}""")).Refused(422, "invalid", "amount");
        var one = (await shop.GetAsync("partners/123456")).Ok();
        one.GetProperty("commissions").GetProperty("pending")[0].GetRawText().ShouldBe("""{"currency":"USD","amount":99.99}""");
        one.GetProperty("commissions").GetProperty("paid").GetRawText().ShouldBe("0");
    }

    [Fact]
    public async Task PN20_a_partner_is_changed_by_each_of_the_bodies()
    {
        var shop = await OpenAsync();
        foreach (var (path, body, name) in (IEnumerable<(string, string, string)>)
        [
            ("partners/partner_123", """{"name":"A"}""", "A"),
            ("partners/JOHN20", """{"update":{"name":"B"}}""", "B"),
            ("partners", """{"id":"partner_123","name":"C"}""", "C"),
            ("partners", """{"key":"JOHN20","update":{"name":"D"}}""", "D"),
            ("partners", """{"email":"john@example.com","name":"E"}""", "E"),
            ("partners/partner_123", """{"id":"other","name":"F"}""", "F"),
        ])
            (await shop.PutAsync(path, body)).Ok().GetProperty("name").GetString().ShouldBe(name);
        (await shop.PutAsync("partners/partner_123", """{"name":null,"email":"new@example.com"}""")).Ok().GetProperty("name").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await shop.GetAsync("partners/new@example.com")).Ok().GetProperty("key").GetString().ShouldBe("JOHN20");
        (await shop.PutAsync("partners", """{"name":"X"}""")).Refused(422, "invalid", "id");
    }

    [Fact]
    public async Task Archived_deleted_and_living_partners_are_told_apart()
    {
        var shop = await OpenAsync();
        (await shop.PostAsync("partners/partner_123/archive")).Done();
        (await shop.PostAsync("partners/partner_123/archive")).Refused(400, "wrong_state");
        (await shop.GetAsync("partners/partner_123")).Ok().GetProperty("status").GetString().ShouldBe("archived");
        (await shop.GetAsync("partners")).Each("id").ShouldBeEmpty();
        (await shop.GetAsync("partners?status=archived")).Each("id").ShouldBe(["partner_123"]);
        (await shop.GetAsync("partners?status=odd")).Refused(422, "invalid", "status");
        (await shop.PostAsync("partners/partner_123/revoke-archive")).Done();
        (await shop.PostAsync("partners/partner_123/revoke-archive")).Refused(400, "wrong_state");
        (await shop.DeleteAsync("partners", """{"key":"JOHN20"}""")).Done();
        (await shop.DeleteAsync("partners/partner_123", "[]")).Refused(404, "not_found");
        (await shop.GetAsync("partners/partner_123")).Refused(404, "not_found");
        (await shop.PostAsync("partners", John)).Refused(422, "key_taken");
        (await shop.PostAsync("partners", """{"email":"john@example.com"}""")).Ok(201);
    }

    [Fact]
    public async Task PN26_of_many_partners_with_one_e_mail_at_once_one_is_made()
    {
        var shop = await node.OpenEmptyAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => shop.PostAsync("partners", $$"""{"id":"p{{n}}","email":"one@example.com"}""")));
        replies.Count(reply => reply.Status == 201).ShouldBe(1);
        replies.Where(reply => reply.Status != 201).ShouldAllBe(reply => reply.Refused(422, "email_taken", "email") != null);
        (await shop.CountAsync("select count(*) from referrers where program_id = @program")).ShouldBe(1);
    }

    [Fact]
    public async Task PN17_lists_are_asked_by_body_and_query_and_PN18_followed_to_their_end()
    {
        var shop = await node.OpenEmptyAsync();
        for (var n = 0; n < 7; n++)
            (await shop.PostAsync("partners", $$"""{"id":"p{{n}}","email":"p{{n}}@example.com","tags":["even{{n % 2}}"]}""")).Ok(201);
        (await shop.GetAsync("partners", """{"limit":2}""")).Each("id").ShouldBe(["p6", "p5"]);
        (await shop.GetAsync("partners?limit=1", """{"limit":2}""")).Each("id").ShouldBe(["p6"]);
        (await shop.GetAsync("partners?limit=0")).Each("id").Count.ShouldBe(1);
        (await shop.GetAsync("partners?limit=1000&sort=asc&page=-3")).Each("id").Count.ShouldBe(7);
        (await shop.GetAsync("partners?limit=abc")).Refused(422, "invalid", "limit");
        (await shop.GetAsync("partners?page=100001&limit=1")).Refused(422, "invalid", "page");
        (await shop.GetAsync("partners?tag=even1")).Each("id").ShouldBe(["p5", "p3", "p1"]);
        (await shop.GetAsync("partners:search?id=P3")).Each("id").ShouldBe(["p3"]);
        (await shop.GetAsync("partners%3Asearch", """{"email":"P4@example.com"}""")).Each("id").ShouldBe(["p4"]);
        (await shop.GetAsync("partners:search?id=nobody")).Each("id").ShouldBeEmpty();
        var page = await shop.SendAsync("GET", "/partnero/v1/partners?limit=3", """{"tag":"even0"}""");
        var seen = page.Each("id").ToList();
        page.Json.GetProperty("meta").GetProperty("to").GetInt32().ShouldBe(3);
        page.Json.GetProperty("links").GetProperty("prev").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await shop.PostAsync("partners", """{"id":"late","email":"late@example.com","tags":["even0"]}""")).Ok(201);
        page.Next.ShouldNotBeNull().ShouldContain("/partnero/v1/partners?tag=even0&limit=3&page=2&cursor=");
        page = await shop.SendAsync("GET", new Uri(page.Next!).PathAndQuery);
        seen.AddRange(page.Each("id"));
        page.Next.ShouldBeNull();
        page.Json.GetProperty("meta").GetProperty("from").GetInt32().ShouldBe(4);
        seen.ShouldBe(["p6", "p4", "p2", "p0"]);
    }

    [Fact]
    public async Task A_retried_POST_makes_one_partner_and_gets_the_first_answer()
    {
        var shop = await node.OpenEmptyAsync();
        var first = await shop.PostAsync("partners", """{"email":"a@example.com"}""", ("Idempotency-Key", "k1"));
        first.Ok(201);
        (await shop.PutAsync("partners/a@example.com", """{"name":"Changed"}""")).Ok();
        var again = await shop.PostAsync("partners", """{"email":"a@example.com"}""", ("Idempotency-Key", "k1"));
        again.Is(201).Text.ShouldBe(first.Text);
        again.Header("Idempotency-Replayed").ShouldBe("true");
        (await shop.PostAsync("partners", """{"email":"b@example.com"}""", ("Idempotency-Key", "k1"))).Refused(409, "conflict");
        (await shop.PostAsync("partners", """{"email":"a@example.com"}""", ("Idempotency-Key", "k2"))).Refused(422, "email_taken");
    }

    [Fact]
    public async Task A_sign_in_address_is_made_for_an_active_partner()
    {
        var shop = await OpenAsync();
        var made = (await shop.PostAsync("partners:sign-in-url", """{"partner":{"key":"JOHN20"},"expires_in":60}""")).Ok(201);
        made.GetProperty("url").GetString().ShouldBe(made.GetProperty("sign_in_url").GetString());
        (await shop.PostAsync("partners%3Asign-in-url", """{"id":"partner_123","expires_in":601}""")).Refused(422, "invalid", "expires_in");
        (await shop.PostAsync("partners:sign-in-url", """{"id":"nobody"}""")).Refused(404, "not_found");
        var token = made.GetProperty("url").GetString()!.Split('/')[^1];
        (await shop.CountAsync($"select count(*) from sign_in_tokens where program_id = @program and encode(token_hash, 'escape') like '%{token}%'")).ShouldBe(0);
        (await shop.CountAsync("select count(*) from sign_in_tokens where program_id = @program")).ShouldBe(1);
    }

    [Fact]
    public async Task N6_hostile_text_is_kept_or_refused()
    {
        var shop = await node.OpenEmptyAsync();
        string[] texts = ["\\u202Eabc", "İstanbul ıI", "caf\\u00e9", "<script>alert(1)</script>", "a\\u0000b", "\\ud800", "' or 1=1 --", "a\\tb", new string('x', 101)];
        foreach (var (text, n) in texts.Select((text, n) => (text, n)))
        {
            var reply = await shop.PostAsync("partners", $$"""{"email":"h{{n}}@example.com","name":"{{text}}","id":"{{text}}","tags":["{{text}}"]}""");
            reply.Status.ShouldBeOneOf([201, 422], reply.Text);
            (await shop.GetAsync("partners:search?name=" + Uri.EscapeDataString(text))).Ok();
        }
        (await shop.GetAsync("partners:search?name=%00")).Refused(422, "invalid", "name");
    }

    private async Task<PartneroShop> OpenAsync()
    {
        var shop = await node.OpenEmptyAsync();
        (await shop.PostAsync("partners", John)).Ok(201);
        return shop;
    }
}
