namespace Tributary.Clicks.Intake;

/// <summary>Limits of how clicks are written down.</summary>
public sealed record ClickIntakeSettings
{
    /// <summary>How long an answer waits for its commit before its click goes to the spool (CL-60).</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The folder of the spool.</summary>
    public required string SpoolFolder { get; init; }

    /// <summary>Bytes of the spool beyond which clicks are counted as lost (CL-61).</summary>
    public long SpoolLimit { get; init; } = 1L << 30;

    /// <summary>Bytes after which a new segment is begun.</summary>
    public int SegmentSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Clicks of one commit.</summary>
    public int MostPerBatch { get; init; } = 2_000;

    /// <summary>Clicks waiting for a commit; what comes beyond goes to the spool at once.</summary>
    public int MostWaiting { get; init; } = 20_000;

    /// <summary>How often the spool is looked at, and the database while it is away.</summary>
    public TimeSpan ShipEvery { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>What became of a click before its request is answered.</summary>
public enum ClickFate
{
    /// <summary>In the database.</summary>
    Committed,

    /// <summary>On this node's disk; it will be shipped.</summary>
    Spooled,

    /// <summary>Not known: the disk did not answer in time either.</summary>
    Late,

    /// <summary>Neither was possible. Counted, and shouted about.</summary>
    Lost,
}
