using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>Whether this node can serve, and if not, why.</summary>
public sealed class Readiness
{
    private volatile State _state = new("starting", "The database is starting.", false, false);
    private volatile IReadOnlyList<UnsafeSetting> _unsafe = [];

    /// <summary>What is unsafe about the database (PR-10), as last looked at.</summary>
    public IReadOnlyList<UnsafeSetting> Unsafe
    {
        get => _unsafe;
        internal set => _unsafe = value;
    }

    /// <summary>True when payouts are refused with <c>unsafe_database</c>.</summary>
    public bool PayoutsBlocked => _unsafe.Any(setting => setting.BlocksPayouts);

    internal bool IsReady => _state.Ready;

    internal bool HasFailed => _state.Failed;

    internal string Status => _state.Status;

    internal string? Reason => _state.Reason;

    internal void Waiting(string reason) => _state = new("starting", reason, false, false);

    internal void Ready() => _state = new("ready", null, true, false);

    internal void Fail(string reason) => _state = new("failed", reason, false, true);

    private sealed record State(string Status, string? Reason, bool Ready, bool Failed);
}
