using System.Text;
using Tributary.Server.Tests.Gameball.Wire;

namespace Tributary.Server.Tests.Gameball;

/// <summary>Bodies: media types, sizes, JSON of every kind, and in which order they are checked.</summary>
public sealed class BodyTests(GameballServer server) : IClassFixture<GameballServer>
{
    private const string Valid = """{"customerId":"somebody"}""";

    [Theory]
    [InlineData("{}", 400, 3000, "customer id is missing")]
    [InlineData("""{"customerId":null}""", 400, 3000, "customer id is missing")]
    [InlineData("""{"customerId":" "}""", 400, 3000, "customer id is missing")]
    [InlineData("""{"customerId":""", 400, 3016, null)]
    [InlineData("""{"customerId":"a","customerId":"b"}""", 400, 3016, null)]
    [InlineData("""{"customerId":{"a":1}}""", 400, 3016, null)]
    [InlineData("", 400, 3000, "body is missing")]
    [InlineData("null", 400, 3000, "body is missing")]
    [InlineData("[]", 400, 3000, "customer id is missing")]
    [InlineData("[1]", 400, 3016, null)]
    [InlineData("7", 400, 3016, null)]
    public async Task GB17_bad_bodies_are_refused(string body, int status, int code, string? message)
    {
        var shop = await server.OpenShopAsync();
        (await shop.PostAsync("customers", body)).Refused(status, code, message);
    }

    [Fact]
    public async Task GB17_media_types_and_lengths_are_checked()
    {
        var shop = await server.OpenShopAsync();
        foreach (var media in (string[])["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json; charset=utf-16"])
            (await AskAsync(shop, Encoding.UTF8.GetBytes(Valid), media)).Refused(415, 3013);
        (await AskAsync(shop, Encoding.UTF8.GetBytes(Valid), "application/json", ("Content-Encoding", "gzip"))).Refused(415, 3013);
        foreach (var media in (string?[])[null, "text/json", "application/vnd.gameball+json", "Application/JSON; Charset=\"UTF-8\""])
            (await AskAsync(shop, Encoding.UTF8.GetBytes(Valid), media)).Ok();
        (await shop.SignUpAsync(new string('i', 100))).Ok();
        (await shop.SignUpAsync(new string('i', 101))).Refused(422, 3003, "invalid customerid value");
    }

    [Fact]
    public async Task GB17_the_body_is_missing_where_no_bytes_come()
    {
        var shop = await server.OpenShopAsync();
        (await shop.SendAsync("POST", Shop.V40 + "customers")).Refused(400, 3000, "body is missing");
    }

    [Fact]
    public async Task GB17_a_torture_suite_never_breaks_anything()
    {
        var shop = await server.OpenShopAsync(Offers.TwoSided(), TransportTests.Unlimited());
        foreach (var path in (string[])["customers", "orders", "events", "transactions/refund"])
        {
            foreach (var body in JsonCases.Malformed())
                (await AskAsync(shop, body, "application/json", path: path)).Refused(400, 3016);
            foreach (var body in JsonCases.WellFormed())
            {
                var answer = await AskAsync(shop, body, "application/json", path: path);
                answer.Status.ShouldBeOneOf([200, 400, 404, 422], $"{path} {Encoding.UTF8.GetString(body)} {answer.Text}");
            }
        }
    }

    [Fact]
    public async Task N2_a_body_of_one_byte_too_many_is_refused_and_one_less_is_read()
    {
        var shop = await server.OpenShopAsync();
        (await AskAsync(shop, Padded(256 * 1024), "application/json")).Ok();
        (await AskAsync(shop, Padded(256 * 1024 + 1), "application/json")).Refused(413, 3011);
        (await AskAsync(shop, Padded(256 * 1024 + 1), "application/json", ("Transfer-Encoding", "chunked"))).Refused(413, 3011);
    }

    [Fact]
    public async Task The_first_check_that_fails_answers()
    {
        var shop = await server.OpenShopAsync();
        var form = "application/x-www-form-urlencoded";
        (await Answer.AskAsync(server.Node, "POST", Shop.V40 + "nowhere", [1], form)).Status.ShouldBe(404);
        (await Answer.AskAsync(server.Node, "POST", Shop.V40 + "orders", [1], form)).Refused(401, 1000);
        (await Answer.AskAsync(server.Node, "POST", Shop.V40 + "orders", [1], form, ("APIKey", shop.ApiKey))).Refused(401, 1001);
        (await AskAsync(shop, new byte[300_000], form)).Refused(415, 3013);
        (await AskAsync(shop, new byte[300_000], "application/json")).Refused(413, 3011);
        (await AskAsync(shop, "{"u8.ToArray(), "application/json")).Refused(400, 3016);
    }

    private Task<Answer> AskAsync(Shop shop, byte[] body, string? media, (string Name, string Value)? more = null, string path = "customers")
    {
        var headers = new List<(string, string)> { ("APIKey", shop.ApiKey), ("SecretKey", shop.Secret) };
        if (more is { } header)
            headers.Add(header);
        return Answer.AskAsync(server.Node, "POST", Shop.V40 + path, body, media, [.. headers]);
    }

    private static byte[] Padded(int length)
    {
        var body = Encoding.UTF8.GetBytes(Valid.PadRight(length));
        body.Length.ShouldBe(length);
        return body;
    }
}
