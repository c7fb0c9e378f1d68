using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

public sealed class LimitsTests(PostgresFixture postgres)
{
    private const int BodyLimit = 256 * 1024;

    [Fact]
    public async Task N2_a_body_up_to_the_limit_passes_and_one_byte_more_is_refused()
    {
        await using TestServer server = await StartAsync();
        (await PostAsync(server, BodyLimit)).ShouldBe(HttpStatusCode.OK);
        (await PostAsync(server, BodyLimit + 1)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData(32_000, 404)]
    [InlineData(40_000, 414)]
    public async Task N2_a_request_line_is_limited(int length, int expected)
    {
        await using TestServer server = await StartAsync();
        (await AskAsync(server, $"GET /{new string('a', length)} HTTP/1.1\r\nHost: localhost\r\n\r\n")).ShouldBe(expected);
    }

    [Theory]
    [InlineData(100, 10, 404)]
    [InlineData(101, 10, 431)]
    [InlineData(20, 500_000, 431)]
    public async Task N2_headers_are_limited(int count, int length, int expected)
    {
        await using TestServer server = await StartAsync();
        var headers = new StringBuilder("GET /no-such-page HTTP/1.1\r\nHost: localhost\r\n");
        for (int number = 1; number < count; number++)
        {
            headers.Append(CultureInfo.InvariantCulture, $"X-{number}: {new string('a', length)}\r\n");
        }

        (await AskAsync(server, headers.Append("\r\n").ToString())).ShouldBeOneOf(expected, expected == 431 ? 0 : expected);
    }

    [Fact]
    public async Task N1_slow_clients_are_dropped_and_hold_up_nobody()
    {
        await using TestServer server = await StartAsync();
        Stopwatch time = Stopwatch.StartNew();
        List<Task<bool>> slow = [];
        slow.AddRange(Enumerable.Range(0, 400).Select(_ => StallAsync(server, "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow:")));
        slow.AddRange(Enumerable.Range(0, 60).Select(_ => StallAsync(server, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx")));
        // Readers that take nothing keep what 240 B/s allows for the bytes already sent, far longer than a test: they
        // only have to cost nobody else anything.
        List<RawClient> stuck = [];
        for (int number = 0; number < 40; number++)
        {
            stuck.Add(await RawClient.ConnectAsync(server.Client.BaseAddress!));
            await stuck[^1].SendAsync("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
        }

        double limit = MachineLoad.Stretch(TimeSpan.FromMilliseconds(100)).TotalMilliseconds;
        (await BestSlowestPercentAsync(server, limit)).ShouldBeLessThan(limit);

        (await Task.WhenAll(slow)).ShouldAllBe(dropped => dropped);
        time.Elapsed.ShouldBeLessThan(MachineLoad.Stretch(TimeSpan.FromSeconds(30)));
        stuck.ForEach(client => client.Dispose());
    }

    private Task<TestServer> StartAsync()
        => TestServer.StartAsync(postgres, builder => builder.Services.AddSingleton<IStartupFilter, TestRoutes>());

    private static async Task<HttpStatusCode> PostAsync(TestServer server, int bytes)
    {
        using HttpResponseMessage answer = await server.Client.PostAsync("/echo", new ByteArrayContent(new byte[bytes]));
        return answer.StatusCode;
    }

    private static async Task<int> AskAsync(TestServer server, string request)
    {
        using RawClient client = await RawClient.ConnectAsync(server.Client.BaseAddress!);
        Task sending = client.SendAsync(request);
        int status = await client.StatusAsync();
        await sending;
        return status;
    }

    private static async Task<bool> StallAsync(TestServer server, string beginning)
    {
        using RawClient client = await RawClient.ConnectAsync(server.Client.BaseAddress!);
        await client.SendAsync(beginning);
        return await client.IsDroppedAsync(MachineLoad.Stretch(TimeSpan.FromSeconds(25)));
    }

    /// <summary>The 99th percentile in milliseconds of the best of some windows: other work on the machine is not measured.</summary>
    private static async Task<double> BestSlowestPercentAsync(TestServer server, double enough)
    {
        double best = double.MaxValue;
        for (int window = 0; window < 4 && best > enough; window++)
        {
            List<double> milliseconds = [];
            while (milliseconds.Count < 300)
            {
                long begun = Stopwatch.GetTimestamp();
                (await server.Client.GetAsync("/healthz")).Dispose();
                milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await Task.Delay(5);
            }

            milliseconds.Sort();
            best = Math.Min(best, milliseconds[(int)(milliseconds.Count * 0.99)]);
        }

        return best;
    }

    /// <summary>Routes that read and write as much as they are asked to, behind the server's own middleware.</summary>
    private sealed class TestRoutes : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map("/echo", echo => echo.Run(context => context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted)));
            app.Map("/flood", flood => flood.Run(FloodAsync));
            next(app);
        };

        private static async Task FloodAsync(HttpContext context)
        {
            var block = new byte[64 * 1024];
            for (int number = 0; number < 4_000; number++)
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
            }
        }
    }
}
