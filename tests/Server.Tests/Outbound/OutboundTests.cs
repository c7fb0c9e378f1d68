using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Tributary.Server.Outbound;
using Xunit;

namespace Tributary.Server.Tests.Outbound;

/// <summary>Requests on behalf of others never reach the server's own surroundings: promises.md § 6, N11.</summary>
public sealed class OutboundTests
{
    [Theory]
    [InlineData("https://localhost/")]
    [InlineData("https://localhost./")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://127.1/")]
    [InlineData("https://017700000001/")]
    [InlineData("https://\u2460\u2461\u2466.\u24ea.\u24ea.\u2460/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://10.0.0.1/")]
    [InlineData("https://100.64.0.1/")]
    [InlineData("https://169.254.169.254/")]
    [InlineData("https://172.16.0.1/")]
    [InlineData("https://192.168.1.1/")]
    [InlineData("https://0.0.0.0/")]
    [InlineData("https://255.255.255.255/")]
    [InlineData("https://[::]/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[fe80::1%25eth0]/")]
    [InlineData("https://[fd00::1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://user@8.8.8.8/")]
    [InlineData("https://8.8.8.8:22/")]
    [InlineData("https://8.8.8.8:25/")]
    [InlineData("https://8.8.8.8:0/")]
    [InlineData("https://8.8.8.8:9000/")]
    [InlineData("http://8.8.8.8/")]
    [InlineData("FILE:///etc/passwd")]
    [InlineData("gopher://8.8.8.8/")]
    [InlineData("ftp://8.8.8.8/")]
    public void N11_such_an_address_is_refused_as_it_is_written(string address) =>
        (Uri.TryCreate(address, UriKind.Absolute, out var uri) && OutboundPolicy.Strict.May(uri)).ShouldBeFalse();

    [Theory]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://1.1.1.1:8443/")]
    [InlineData("https://[2001:4860:4860::8888]/")]
    [InlineData("https://[::ffff:8.8.8.8]/")]
    [InlineData("https://hooks.example.com/a?b=c")]
    [InlineData("https://b\u00fccher.example/")]
    public void N11_public_addresses_pass(string address) => OutboundPolicy.Strict.May(new Uri(address)).ShouldBeTrue();

    [Fact]
    public async Task N11_a_name_that_leads_inside_is_not_connected_to()
    {
        await using var sink = new Sink("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        foreach (var inside in new[] { "127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254" })
        {
            using var http = Client(new OutboundPolicy([], AnyPort: true), [IPAddress.Parse(inside)]);
            (await GetAsync(http, $"http://rebound.example:{sink.Port}/")).ShouldBeNull();
        }
        using var mixed = Client(new OutboundPolicy([], AnyPort: true), [IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]);
        (await GetAsync(mixed, $"http://rebound.example:{sink.Port}/")).ShouldBeNull();
        sink.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task N11_a_redirect_inside_is_not_followed()
    {
        await using var inner = new Sink("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        await using var outer = new Sink($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner.Port}/\r\nContent-Length: 0\r\n\r\n");
        using var http = Client(Allowed, [IPAddress.Loopback]);
        (await GetAsync(http, $"http://allowed.example:{outer.Port}/"))!.Status.ShouldBe(HttpStatusCode.Found);
        inner.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task What_the_operator_allows_is_connected_to_and_read_up_to_its_limit()
    {
        await using var sink = new Sink($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{new string('x', 100_000)}");
        using var http = Client(Allowed, [IPAddress.Loopback]);
        var answer = (await GetAsync(http, $"http://allowed.example:{sink.Port}/"))!;
        (answer.Status, answer.Body.Length).ShouldBe((HttpStatusCode.OK, GuardedHttp.MostBytes));
    }

    [Fact]
    public async Task The_name_is_asked_for_once_for_each_connection()
    {
        await using var sink = new Sink("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        var asked = 0;
        using var http = new GuardedHttp(Allowed, NullLogger<GuardedHttp>.Instance, (_, _) =>
        {
            asked++;
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        });
        await GetAsync(http, $"http://allowed.example:{sink.Port}/");
        (asked, sink.Connections).ShouldBe((1, 1));
    }

    private static OutboundPolicy Allowed => new([IPNetwork.Parse("127.0.0.0/8")], AnyPort: true);

    private static GuardedHttp Client(OutboundPolicy policy, IPAddress[] resolved) =>
        new(policy, NullLogger<GuardedHttp>.Instance, (_, _) => Task.FromResult(resolved));

    private static async Task<GuardedAnswer?> GetAsync(GuardedHttp http, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await http.SendAsync(request, CancellationToken.None);
    }

    /// <summary>Answers every connection with the same bytes and counts them.</summary>
    private sealed class Sink : IAsyncDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Task serving;

        public Sink(string answer)
        {
            listener.Start();
            serving = ServeAsync(Encoding.ASCII.GetBytes(answer));
        }

        public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

        public int Connections { get; private set; }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
        }

        private async Task ServeAsync(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    Connections++;
                    var stream = client.GetStream();
                    _ = await stream.ReadAsync(new byte[4_096]);
                    await stream.WriteAsync(answer);
                }
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over, or the client has read enough.
            }
        }
    }
}
