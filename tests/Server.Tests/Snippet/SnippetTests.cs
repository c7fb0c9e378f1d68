using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Snippet;

/// <summary>How the script for the merchant's pages is served; what it does is tried in a browser.</summary>
public sealed class SnippetTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync(postgres);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task CL_46_the_snippet_is_under_two_thousand_bytes_compressed(string encoding)
    {
        using var answer = await GetAsync("/t.js", encoding);
        answer.Content.Headers.ContentEncoding.ShouldBe([encoding]);
        byte[] sent = await answer.Content.ReadAsByteArrayAsync();
        sent.Length.ShouldBeLessThan(2_000);
        Unpack(sent, encoding).ShouldBe(await server.Client.GetByteArrayAsync("/t.js"));
    }

    [Fact]
    public async Task An_address_with_its_version_is_kept_for_ever_and_one_without_for_minutes()
    {
        var (src, integrity) = await DescribeAsync();
        using var versioned = await GetAsync(src);
        versioned.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        integrity.ShouldBe("sha384-" + Convert.ToBase64String(SHA384.HashData(await versioned.Content.ReadAsByteArrayAsync())));

        foreach (string address in (string[])["/t.js", "/t.js?v=of-another-release", "/js/universal.js?v1700000000", "/t-more.js"])
        {
            using var unversioned = await GetAsync(address);
            unversioned.Headers.CacheControl!.ToString().ShouldBe("public, max-age=300", address);
        }
    }

    [Fact]
    public async Task Any_page_may_load_it_and_check_its_integrity()
    {
        foreach (string address in (string[])["/t.js", "/js/universal.js", "/t-more.js", "/t.json"])
        {
            using var answer = await GetAsync(address);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, address);
            answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"], address);
            answer.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"], address);
            answer.Headers.Contains("Set-Cookie").ShouldBeFalse(address);
        }
    }

    [Fact]
    public async Task Pages_written_for_Partnero_load_the_same_script() =>
        (await server.Client.GetStringAsync("/js/universal.js?v1700000000")).ShouldBe(await server.Client.GetStringAsync("/t.js"));

    private async Task<HttpResponseMessage> GetAsync(string address, string? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (encoding is not null)
            request.Headers.Add("Accept-Encoding", encoding);
        return await server.Client.SendAsync(request);
    }

    private async Task<(string Src, string Integrity)> DescribeAsync()
    {
        using var described = JsonDocument.Parse(await server.Client.GetStringAsync("/t.json"));
        return (described.RootElement.GetProperty("src").GetString()!, described.RootElement.GetProperty("integrity").GetString()!);
    }

    private static byte[] Unpack(byte[] sent, string encoding)
    {
        using var source = new MemoryStream(sent);
        using Stream unpacking = encoding == "br" ? new BrotliStream(source, CompressionMode.Decompress) : new GZipStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        unpacking.CopyTo(target);
        return target.ToArray();
    }
}
