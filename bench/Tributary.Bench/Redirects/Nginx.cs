using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Tributary.Bench.Redirects;

/// <summary>nginx with one line: <c>return 302</c>. What a redirect costs that knows nothing and keeps nothing.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];

    private readonly Process process;

    private Nginx(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Null where it is not installed.</summary>
    public static async Task<Nginx?> StartAsync(BenchFolder folder)
    {
        if (Array.Find(Places, File.Exists) is not { } program)
            return null;
        var endpoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        var home = Path.Combine(folder.Path, "nginx");
        Directory.CreateDirectory(home);
        var configuration = Path.Combine(home, "nginx.conf");
        await File.WriteAllTextAsync(configuration, Configuration(home, endpoint));
        var process = Process.Start(new ProcessStartInfo(program, ["-p", home, "-c", configuration, "-e", Path.Combine(home, "errors")]))!;
        var nginx = new Nginx(process, new Uri($"http://{endpoint}"));
        await nginx.WaitUntilItAnswersAsync();
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-QUIT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private static string Configuration(string home, IPEndPoint endpoint) => $$"""
        daemon off;
        worker_processes auto;
        pid {{home}}/pid;
        events { worker_connections 4096; }
        http {
          access_log off;
          keepalive_requests 1000000000;
          client_body_temp_path {{home}}/body;
          proxy_temp_path {{home}}/proxy;
          fastcgi_temp_path {{home}}/fastcgi;
          uwsgi_temp_path {{home}}/uwsgi;
          scgi_temp_path {{home}}/scgi;
          server {
            listen {{endpoint}};
            location / { return 302 https://shop.bench.example/?ref=PARTNER; }
          }
        }

        """;

    private async Task WaitUntilItAnswersAsync()
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = Address };
        for (var attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync("/");
                return;
            }
            catch (HttpRequestException) when (!process.HasExited)
            {
                await Task.Delay(50);
            }
        }
        throw new TimeoutException("nginx did not answer.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
