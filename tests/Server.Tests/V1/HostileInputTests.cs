using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.Gameball.Wire;

namespace Tributary.Server.Tests.V1;

/// <summary>Bodies and texts that are meant to break something: a clear refusal, or kept and shown as they came.</summary>
public sealed class HostileInputTests(V1Node node) : IClassFixture<V1Node>
{
    /// <summary>Of the torture suite each route gets one body in so many; orders get all of them.</summary>
    private const int Sampled = 12;

    [Fact]
    public async Task N4_what_is_no_JSON_is_400_and_what_is_JSON_is_never_our_fault()
    {
        var shop = await node.OpenShopAsync();
        var requests = ApiRequests.Of(await Seeds.SowAsync(shop)).Values.Where(request => request.Body is not null).ToList();
        var malformed = JsonCases.Malformed().ToList();
        // An empty object is what some calls take.
        var wellFormed = JsonCases.WellFormed().Where(body => body.Length > "{ }".Length).ToList();
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var (number, request) in requests.Index())
        {
            var every = request.Path == "/orders" ? 1 : Sampled;
            foreach (var body in malformed.Where((_, place) => place % every == number % every))
                (await SendAsync(shop, request, body)).ShouldBeProblem(HttpStatusCode.BadRequest, "malformed");
            foreach (var body in wellFormed.Where((_, place) => place % every == number % every))
                ((int)(await SendAsync(shop, request, body)).Status).ShouldBe(422, $"{request.Path}: {Convert.ToHexString(body)}");
        }
        Rows.ShouldBeUnchanged(before, await Rows.OfAsync(node.Server.Database, shop.Program.Id), "a refused body");
    }

    [Theory]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"total":1}""", "duplicate_member", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"extra":{"a":1,"a":2}}""", "duplicate_member", "extra.a")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1e400}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":"100"}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":100.0}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1e2}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":-0}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":-1}""", "amount_out_of_range", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":9223372036854775808}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":null}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":true}""", "invalid_value", "total")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"items":[{"price":1},{"price":0.5}]}""", "invalid_value", "items.1.price")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"Total":1}""", "unknown_member", "Total")]
    [InlineData("""{"orderId":"n5","customerId":"c"}""", "missing_field", "total")]
    [InlineData("""{"orderId":7,"customerId":"c","total":1}""", "invalid_value", "orderId")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"orderedAt":"2026-01-01T00:00:00"}""", "invalid_value", "orderedAt")]
    [InlineData("""{"orderId":"n5","customerId":"c","total":1,"currency":"XAU"}""", "currency_refused", "currency")]
    public async Task N5_MO5_what_is_not_meant_exactly_is_refused_with_its_member(string body, string code, string field)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/orders", body)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, code, field);
        (await shop.Api.GetAsync("/orders")).Ok()["items"]!.AsArray().ShouldBeEmpty();
        (await shop.Api.GetAsync("/customers")).Ok()["items"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task MO5_the_greatest_amount_is_taken()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/orders", """{"orderId":"big","customerId":"c","total":9223372036854775807}""")).Ok();
        (await shop.Api.GetAsync("/orders/big")).Ok().Text.ShouldContain("\"total\":9223372036854775807");
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData("\u202Edetrevni \u2066and\u2069")]
    [InlineData("\u0130\u0131\u017F\u212A \u212B \uFB01")]
    [InlineData("caf\u00E9 composed")]
    [InlineData("cafe\u0301 decomposed")]
    [InlineData("\u0430pple with a Cyrillic a")]
    [InlineData("👩‍👩‍👧‍👦 \u0301")]
    [InlineData("line\r\nbreak\ttab \u001b[31m")]
    [InlineData("'; drop table customers; --")]
    [InlineData("%00 %2e%2e%2f ../../etc/passwd")]
    [InlineData("=HYPERLINK(\"http://evil\")")]
    public async Task N6_strange_text_is_kept_and_shown_as_it_came(string text)
    {
        var shop = await node.OpenShopAsync();
        var body = new JsonObject { ["attributes"] = new JsonObject { ["displayName"] = text, [text] = text } };
        var id = Uri.EscapeDataString(text);
        (await shop.Api.PutAsync($"/customers/{id}", body.ToJsonString())).Ok();
        var read = (await shop.Api.GetAsync($"/customers/{id}")).Ok();
        ((string?)read["id"]).ShouldBe(text);
        ((string?)read.Json["attributes"]![text]).ShouldBe(text);
        (await shop.Api.PostAsync("/orders", new JsonObject { ["orderId"] = text, ["customerId"] = text, ["total"] = 1, ["referrerCode"] = text }.ToJsonString())).Ok();
        ((string?)(await shop.Api.GetAsync($"/orders/{id}")).Ok()["orderId"]).ShouldBe(text);
        (await shop.Api.GetAsync($"/orders/{id}/explanation")).Ok();
        (await shop.Api.GetAsync($"/customers/{id}/explanation")).Ok();
    }

    [Theory]
    [InlineData("""{"attributes":{"displayName":"\u0000"}}""", "attributes.displayName")]
    [InlineData("""{"attributes":{"displayName":"a\ud800b"}}""", "attributes.displayName")]
    [InlineData("""{"email":"\udc00"}""", "email")]
    [InlineData("""{"attributes":{"a":{"b":["\u0000"]}}}""", "attributes.a.b.0")]
    public async Task N6_text_that_cannot_be_kept_is_refused_with_its_member(string body, string field)
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PutAsync("/customers/c", body)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "invalid_value", field);
    }

    [Fact]
    public async Task N6_codes_are_the_same_in_any_ASCII_case_and_no_other_letter_is_one_of_theirs()
    {
        var shop = await node.OpenShopAsync();
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","code":"INK-1"}""")).Ok(HttpStatusCode.Created);
        (await shop.Api.GetAsync("/codes/ink-1")).Ok();
        // Dotless i, dotted I, the Kelvin sign, a Ukrainian I, full width.
        foreach (var other in (string[])["\u0131nk-1", "\u0130NK-1", "IN\u212A-1", "\u0406NK-1", "\uFF29NK-1"])
            (await shop.Api.GetAsync("/codes/" + Uri.EscapeDataString(other))).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
        (await shop.Api.PostAsync("/referrers", """{"kind":"partner","code":"ink-1"}""")).ShouldBeProblem(HttpStatusCode.Conflict, "already_exists", "code");
    }

    [Theory]
    [InlineData("/orders?state=paid'%20or%20'1'='1", "state")]
    [InlineData("/referrers?kind=partner%3Bdrop%20table%20codes", "kind")]
    [InlineData("/rewards?state=held'--", "state")]
    [InlineData("/campaigns?state=active%20or%201=1", "state")]
    [InlineData("/customers?email='%20or%201=1--", "email")]
    [InlineData("/exchange-rates?from=USD'--", "from")]
    [InlineData("/orders?after='%3Bselect%20pg_sleep(5)--", "after")]
    [InlineData("/orders?limit=1%20union%20select%201", "limit")]
    [InlineData("/events?type=%00", "type")]
    [InlineData("/audit?actor=%00", "actor")]
    public async Task N7_names_and_numbers_in_queries_come_from_closed_lists(string path, string field)
    {
        var shop = await node.OpenShopAsync();
        var answer = await shop.Api.GetAsync(path);
        answer.Code.ShouldBeOneOf("invalid_value", "out_of_range");
        answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, answer.Code!, field);
    }

    [Fact]
    public async Task N7_ids_and_filters_are_never_part_of_a_statement()
    {
        var shop = await node.OpenShopAsync();
        await Seeds.SowAsync(shop);
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var injected in (string[])["bob' or '1'='1", "bob\" or 1=1 --", "bob'; drop table orders; --", "bob\\", "bob%", "b_b", "*"])
        {
            var id = Uri.EscapeDataString(injected);
            (await shop.Api.GetAsync($"/customers/{id}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
            (await shop.Api.GetAsync($"/orders/{id}")).ShouldBeProblem(HttpStatusCode.NotFound, "not_found");
            (await shop.Api.GetAsync($"/orders?customerId={id}")).Ok()["items"]!.AsArray().ShouldBeEmpty();
            (await shop.Api.GetAsync($"/rewards?orderId={id}")).Ok()["items"]!.AsArray().ShouldBeEmpty();
            (await shop.Api.GetAsync($"/audit?subject={id}")).Ok()["items"]!.AsArray().ShouldBeEmpty();
            (await shop.Api.GetAsync($"/events?type={id}")).Ok()["items"]!.AsArray().ShouldBeEmpty();
        }
        Rows.ShouldBeUnchanged(before, await Rows.OfAsync(node.Server.Database, shop.Program.Id), "an injection");
    }

    [Fact]
    public async Task N14_members_of_our_own_state_are_refused_by_name_and_change_nothing()
    {
        var shop = await node.OpenShopAsync();
        var requests = ApiRequests.Of(await Seeds.SowAsync(shop)).Where(request => request.Value.Body is not null);
        var before = await Rows.OfAsync(node.Server.Database, shop.Program.Id);
        foreach (var (_, request) in requests)
            foreach (var member in (string[])["programId", "status", "balance", "role", "approvedAt", "publicId", "__proto__"])
            {
                var body = JsonNode.Parse(request.Body!)!.AsObject();
                body[member] = 1;
                var answer = await shop.Api.SendAsync(request.Verb, request.Path, body.ToJsonString());
                answer.ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_member", member);
            }
        Rows.ShouldBeUnchanged(before, await Rows.OfAsync(node.Server.Database, shop.Program.Id), "an added member");
    }

    private static async Task<ApiAnswer> SendAsync(Shop shop, ApiRequest request, byte[] body)
    {
        using var message = new HttpRequestMessage(request.Verb, "/api/v1" + request.Path) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await shop.Api.SendAsync(message);
    }
}
