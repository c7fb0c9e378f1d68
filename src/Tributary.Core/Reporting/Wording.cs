using System.Globalization;
using System.Numerics;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Reporting;

/// <summary>How one programme's amounts, times and people are written in sentences.</summary>
internal sealed class Wording(ProgramSettings settings, Parties parties, DateTimeOffset now)
{
    /// <summary>The unit of points whose name the programme sets.</summary>
    private static readonly Unit NamedPoints = Unit.Points("points");

    public Parties Parties => parties;

    public TimeZoneInfo Zone => settings.Zone;

    public DateTimeOffset Now => now;

    /// <summary><c>15.00 USD</c>, <c>100 Points</c>.</summary>
    public string Amount(BigInteger amount, Unit unit) => $"{MajorUnits.Format(amount, unit.Decimals ?? 0)} {UnitName(unit)}";

    public string Amount(long minor, Currency currency) => Amount(minor, Unit.Of(currency));

    /// <summary>In the programme's time zone, as <c>5 Jan 2026, 10:00</c>.</summary>
    public string Time(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("d MMM yyyy, HH:mm", CultureInfo.InvariantCulture);

    public string Name(long partyId) => parties.Of(partyId).Name;

    /// <summary><c>a, b and c</c>.</summary>
    public static string List(IReadOnlyList<string> parts) => parts.Count switch
    {
        0 => "nothing",
        1 => parts[0],
        _ => $"{string.Join(", ", parts.Take(parts.Count - 1))} and {parts[^1]}",
    };

    public static string Capital(string sentence) => char.ToUpperInvariant(sentence[0]) + sentence[1..];

    private string UnitName(Unit unit) => unit == NamedPoints ? settings.Points.Name : unit.Currency?.Code ?? Key(unit.Text);

    private static string Key(string unit) => unit[(unit.IndexOf(':', StringComparison.Ordinal) + 1)..];
}
