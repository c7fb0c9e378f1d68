using System.Diagnostics;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>
/// One endpoint's turn on this node, and when it is over: one that stopped working or takes long makes room for those that
/// work, and has its next turn among its like.
/// </summary>
/// <param name="isApart">Whether it has one of the places of those that do not work or take long.</param>
/// <param name="othersWait">Whether there are too few places for all to whom something is due.</param>
internal sealed class Turn(DueLane due, bool isApart, Func<bool> othersWait)
{
    private static readonly TimeSpan LongAttempt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan OfThoseApart = TimeSpan.FromSeconds(5);

    private readonly long begun = Stopwatch.GetTimestamp();
    private long newsAt = Stopwatch.GetTimestamp();
    private volatile bool isSlow;

    public DueLane Due => due;

    /// <summary>Whether an attempt took long.</summary>
    public bool IsSlow => isSlow;

    /// <summary>Whose place it takes: one that has not been heard of for a while takes none of those that work, already before its attempt ends.</summary>
    public bool TakesPlaceApart => isApart || isSlow || Stopwatch.GetElapsedTime(Volatile.Read(ref newsAt)) > LongAttempt;

    /// <param name="attempt">Null: there was nothing to send.</param>
    public void Note(AttemptMade? attempt)
    {
        Volatile.Write(ref newsAt, Stopwatch.GetTimestamp());
        if (attempt?.Duration > LongAttempt)
            isSlow = true;
    }

    public bool IsOver(bool fails)
    {
        if (isApart)
            return Stopwatch.GetElapsedTime(begun) > OfThoseApart;
        return fails || isSlow || (othersWait() && Stopwatch.GetElapsedTime(begun) > Shortest);
    }
}
