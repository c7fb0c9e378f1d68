using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Server.Outbound;
using Tributary.Server.Tests.Support;
using Tributary.Server.Tests.V1;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Webhooks;

/// <summary>Webhooks reach no private address, whatever an endpoint's address says or leads to (promises.md N11, § 6).</summary>
public sealed class PrivateAddressTests(PrivateAddressTests.Node fixture) : IClassFixture<PrivateAddressTests.Node>
{
    public static TheoryData<string> Refused => new(
        "https://0.0.0.1/", "https://10.0.0.1/", "https://100.64.0.1/", "https://127.0.0.1/", "https://169.254.169.254/", "https://172.16.0.1/",
        "https://192.0.0.1/", "https://192.0.2.1/", "https://192.88.99.1/", "https://192.168.0.1/", "https://198.18.0.1/", "https://198.51.100.1/",
        "https://203.0.113.1/", "https://224.0.0.1/", "https://240.0.0.1/", "https://255.255.255.255/",
        "https://[::]/", "https://[::1]/", "https://[fe80::1]/", "https://[fc00::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/", "https://[3fff::1]/",
        "https://[100::1]/", "https://[2002:7f00:1::]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::1]/", "https://[5f00::1]/",
        "https://[::127.0.0.1]/", "https://[fec0::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/",
        "https://localhost/", "https://localhost./", "https://0x7f000001/", "https://2130706433/", "https://127.1/", "https://017700000001/",
        "https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/", "https://user@8.8.8.8/", "https://8.8.8.8:0/", "https://8.8.8.8:22/", "https://8.8.8.8:25/",
        "https://8.8.8.8:9000/", "http://8.8.8.8/", "FILE:///etc/passwd", "gopher://8.8.8.8/", "ftp://8.8.8.8/");

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task N11_such_an_address_is_no_endpoint(string url)
    {
        var shop = await fixture.V1.OpenShopAsync();
        foreach (var asked in new[] { "\"events\":[\"*\"]", "\"format\":\"gameball\",\"events\":[\"customer.profile.updated\"]" })
            (await shop.Api.PostAsync("/webhooks", $$"""{"url":"{{url}}",{{asked}}}""")).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "destination_refused", "url");
    }

    [Theory]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://1.1.1.1/")]
    [InlineData("https://[2001:4860:4860::8888]/")]
    [InlineData("https://[::ffff:8.8.8.8]/")]
    public async Task N11_such_an_address_is_one(string url)
    {
        var shop = await fixture.V1.OpenShopAsync();
        (await shop.Api.PostAsync("/webhooks", $$"""{"url":"{{url}}","events":["order.created"]}""")).Ok(HttpStatusCode.Created);
    }

    /// <summary>Written by an older rule, or by somebody else, it is judged again when it is connected to.</summary>
    [Fact]
    public async Task N11_nothing_arrives_and_the_log_tells_nothing_of_the_network()
    {
        var shop = await fixture.V1.OpenShopAsync();
        var made = (await shop.Api.PostAsync("/webhooks", """{"url":"https://hooks.example.com/","events":["order.created"]}""")).Ok(HttpStatusCode.Created);
        var hook = new Hook(shop, (long)made["webhook.id"]!, (string)made["secret"]!);
        var port = new Uri(fixture.Sink.Url).Port;
        string[] inside =
        [
            $"http://127.0.0.1:{port}/", $"http://[::ffff:127.0.0.1]:{port}/", $"http://localhost:{port}/", $"http://0x7f000001:{port}/", $"http://127.1:{port}/",
            // The node's resolver leads these inside.
            $"http://rebound.example:{port}/", $"https://rebound.example:8443/", $"http://mixed.example:{port}/",
        ];
        foreach (var (n, url) in inside.Index())
        {
            await shop.ExecuteAsync("update webhook_endpoints set url = @url where program_id = @Id", new { shop.Program.Id, url });
            await fixture.V1.Get<Transactions>().RunAsync<string>(
                shop.Program.Id, V1Node.Operator,
                (tx, _) =>
                {
                    tx.Raise(EventType.OrderCreated, "order:1", []);
                    return Task.FromResult<Primitives.Outcome<string>>("done");
                },
                CancellationToken.None);
            await Until.TrueAsync(async () => (await hook.DeliveriesAsync()).Count(one => (int)one!["attempts"]! > 0) == n + 1);
        }
        var deliveries = await hook.DeliveriesAsync();
        deliveries.Count.ShouldBe(inside.Length);
        foreach (var delivery in deliveries)
        {
            var attempt = (await hook.DeliveryAsync((long)delivery!["id"]!))["history"]!.AsArray()[0]!;
            (attempt["status"], (string?)attempt["answer"]).ShouldBe((null, "The address could not be reached."));
        }
        fixture.Sink.All.ShouldBeEmpty();
    }

    /// <summary>A node as operators get it, but that names lead where a rebinding name server would lead them.</summary>
    public sealed class Node(PostgresFixture postgres) : IAsyncLifetime
    {
        internal V1Node V1 { get; private set; } = null!;

        internal Receiver Sink { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Sink = await Receiver.StartAsync();
            V1 = await V1Node.StartAsync(postgres, options => options, Rebind);
        }

        public async ValueTask DisposeAsync()
        {
            await V1.DisposeAsync();
            await Sink.DisposeAsync();
        }

        private static void Rebind(WebApplicationBuilder builder) => builder.Services.AddSingleton(new GuardedHttp(
            // Any port, so that it is the address that is refused.
            new OutboundPolicy([], AnyPort: true), NullLogger<GuardedHttp>.Instance,
            (host, _) => Task.FromResult<IPAddress[]>(host.StartsWith("mixed", StringComparison.Ordinal)
                ? [IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]
                : [IPAddress.Loopback])));
    }
}
