using System.Globalization;

namespace Tributary.Primitives;

/// <summary>A percent rate in whole parts per million, 0 … 1,000,000; 2.9 % is 29,000 (MO-10).</summary>
public readonly record struct Rate : IComparable<Rate>
{
    public const int MostPpm = 1_000_000;

    public Rate(int ppm)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ppm);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ppm, MostPpm);
        Ppm = ppm;
    }

    public int Ppm { get; }

    public static Outcome<Rate> Of(long ppm, string field = "rate") => ppm is >= 0 and <= MostPpm
        ? new Rate((int)ppm)
        : new Problem(ProblemCode.OutOfRange, "A rate is 0 to 1000000 parts per million.", field);

    /// <summary>Reads a percentage such as <c>2.9</c>: at most four decimals, because a finer rate could not be kept.</summary>
    public static Outcome<Rate> ParsePercent(string? text, string field = "rate") =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent)
        && percent <= 100
        && decimal.Truncate(percent * 10_000) == percent * 10_000
            ? new Rate((int)(percent * 10_000))
            : new Problem(ProblemCode.OutOfRange, "A rate is 0 to 100 percent with at most four decimals.", field);

    /// <summary>The percentage without trailing zeros: <c>2.9</c>.</summary>
    public string ToPercentText() => MajorUnits.Shortest(Ppm, 4);

    public int CompareTo(Rate other) => Ppm.CompareTo(other.Ppm);

    public static bool operator <(Rate left, Rate right) => left.Ppm < right.Ppm;

    public static bool operator >(Rate left, Rate right) => left.Ppm > right.Ppm;

    public static bool operator <=(Rate left, Rate right) => left.Ppm <= right.Ppm;

    public static bool operator >=(Rate left, Rate right) => left.Ppm >= right.Ppm;

    public override string ToString() => $"{ToPercentText()} %";
}
