namespace Tributary.Server.Tests.Webhooks;

/// <summary>Real time, of which a test can move the wall clock and the monotonic clock, each by itself.</summary>
internal sealed class MovedClock : TimeProvider
{
    private long wall;
    private long monotonic;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref wall));

    public override long GetTimestamp() =>
        base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref monotonic)).TotalSeconds * TimestampFrequency);

    public void MoveWall(TimeSpan by) => Interlocked.Add(ref wall, by.Ticks);

    public void Move(TimeSpan by)
    {
        MoveWall(by);
        Interlocked.Add(ref monotonic, by.Ticks);
    }
}
