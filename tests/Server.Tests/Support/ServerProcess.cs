using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Tributary.Server.Tests.Support;

/// <summary>The executable itself in a process of its own, for tests that kill it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "Tributary listens at ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "tributary"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["TRIBUTARY_URLS"] = "http://127.0.0.1:0";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
    }

    public HttpClient Client { get; } = new();

    public int ProcessId => _process.Id;

    /// <summary>All it printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts <c>tributary serve</c> and returns when it listens.</summary>
    public static async Task<ServerProcess> ServeAsync(string dataFolder, params string[] options)
    {
        ServerProcess server = Start(new Dictionary<string, string> { ["TRIBUTARY_DATA"] = dataFolder }, ["serve", .. options]);
        server.Client.BaseAddress = await server._address.Task.WaitAsync(Patience);
        return server;
    }

    /// <summary>Starts any command.</summary>
    public static ServerProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var server = new ServerProcess(environment, arguments);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    public async Task WaitUntilReadyAsync()
    {
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            using HttpResponseMessage answer = await Client.GetAsync("/readyz");
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            if (waited.Elapsed > Patience)
            {
                throw new TimeoutException("Not ready. " + Output);
            }

            await Task.Delay(25);
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        if (Signal(_process.Id, 15) != 0)
        {
            throw new InvalidOperationException("The server is gone already. " + Output);
        }

        return await WaitForExitAsync();
    }

    public async Task<int> WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            _process.Kill();
            throw new TimeoutException("The server did not end. " + Output);
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.StartsWith(Announcement, StringComparison.Ordinal))
        {
            _address.TrySetResult(new Uri(line[Announcement.Length..]));
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int processId, int signal);
}
