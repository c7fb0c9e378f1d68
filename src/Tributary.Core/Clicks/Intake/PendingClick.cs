using System.Diagnostics;

namespace Tributary.Clicks.Intake;

/// <summary>A click whose request waits for its fate. Whoever claims it first, committer or spool, answers.</summary>
internal sealed class PendingClick(Click click)
{
    private readonly TaskCompletionSource<ClickFate> fate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int claimed;

    public Click Click => click;

    /// <summary>Monotonic: the wall clock may jump.</summary>
    public long Since { get; } = Stopwatch.GetTimestamp();

    public Task<ClickFate> Fate => fate.Task;

    public bool IsClaimed => Volatile.Read(ref claimed) != 0;

    public bool TryClaim() => Interlocked.Exchange(ref claimed, 1) == 0;

    /// <summary>Only by who claimed it.</summary>
    public void Answer(ClickFate outcome) => fate.TrySetResult(outcome);
}
