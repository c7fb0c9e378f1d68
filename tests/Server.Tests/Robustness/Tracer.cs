using System.Diagnostics;
using System.Globalization;

namespace Tributary.Server.Tests.Robustness;

/// <summary><c>strace</c> on all processes of a cluster, or on the server: counts their syncs, or makes them fail.</summary>
internal sealed class Tracer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process process;
    private readonly string output;

    private Tracer(Process process, string output)
    {
        this.process = process;
        this.output = output;
    }

    /// <summary>Skips the test where this machine has no strace or refuses it.</summary>
    /// <param name="arguments">What to do with the calls.</param>
    public static Task<Tracer> AttachAsync(DemoNode node, params string[] arguments) =>
        AttachAsync(node, Processes.OfCluster(node.Postmaster()!.ProcessId), arguments);

    /// <summary>The same on the server itself.</summary>
    public static Task<Tracer> AttachToServerAsync(DemoNode node, params string[] arguments) =>
        AttachAsync(node, [node.Server.ProcessId], arguments);

    private static async Task<Tracer> AttachAsync(DemoNode node, IReadOnlyList<int> targets, string[] arguments)
    {
        string output = Path.Combine(node.Folder, "strace");
        var tracer = new Tracer(Start([.. arguments, "-f", "-qq", "-o", output, .. targets.Select(id => $"--attach={id}")]), output);
        var waited = Stopwatch.StartNew();
        while (!targets.All(IsTraced))
        {
            bool refused = tracer.process.HasExited || waited.Elapsed > Patience;
            string reason = refused ? await tracer.EndAsync() : "";
            Assert.SkipWhen(refused, $"strace is refused here: {reason}");
            await Task.Delay(20);
        }
        return tracer;
    }

    /// <summary>Calls that returned without an error.</summary>
    public async Task<int> CountAsync()
    {
        await EndAsync();
        return File.ReadLines(output).Count(line => line.Contains("sync", StringComparison.Ordinal) && line.EndsWith("= 0", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        process.Dispose();
    }

    /// <summary>Lets go of the processes, which run on.</summary>
    private async Task<string> EndAsync()
    {
        if (!process.HasExited)
        {
            using var interrupt = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await interrupt.WaitForExitAsync();
        }
        await process.WaitForExitAsync();
        return await process.StandardError.ReadToEndAsync();
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        string[] places = ["/usr/bin/strace", "/usr/local/bin/strace"];
        string? program = places.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "strace is not installed");
        return Process.Start(new ProcessStartInfo(program!, arguments) { RedirectStandardError = true })!;
    }

    private static bool IsTraced(int processId) => Processes.StatusOf(processId, "TracerPid") is null or > 0;
}
