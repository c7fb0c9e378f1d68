using System.Globalization;
using System.Numerics;
using Tributary.Chains;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1.ChainOrders;

/// <summary>Reads the values of one report into their canonical forms and remembers every member that cannot be read.</summary>
internal sealed class ChainReading(ChainTable chains, string prefix = "")
{
    private const long MostSeconds = 253_402_300_799;

    private readonly List<(ProblemCode Code, string Field, string Detail)> faults = [];

    /// <summary>What is wrong, naming all members; null: nothing.</summary>
    public Problem? Problem => faults.Count == 0
        ? null
        : new Problem(faults[0].Code, faults[0].Detail, faults[0].Field) { Fields = [.. faults.Select(fault => fault.Field)] };

    public void Refuse(string field, string detail, ProblemCode code = ProblemCode.InvalidValue) => faults.Add((code, prefix + field, detail));

    public string OrderId(string? text, string field = "orderId")
    {
        if (text is null)
            Refuse(field, "The order's id is missing.", ProblemCode.MissingField);
        else if (ChainHash.TryReadOrderId(text, out var id))
            return id;
        else
            Refuse(field, "An order's id is 32 bytes in hexadecimal.");
        return "";
    }

    /// <summary>Nothing, an empty text and 0 are no code.</summary>
    public long? Code(Scalar? value, string field = "referralCode")
    {
        if (ReferralNumber.TryRead(value?.Text, out var code))
            return code?.Value;
        Refuse(field, $"A referral code is a whole number from 1 to {ReferralNumber.Most}.", ProblemCode.CodeInvalid);
        return null;
    }

    public long ChainId(Scalar? value, string field)
    {
        if (value is not null && long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id is > 0 and < 1L << 53)
            return id;
        Refuse(field, "The id of a chain is a positive whole number.", value is null ? ProblemCode.MissingField : ProblemCode.InvalidValue);
        return 0;
    }

    public string? Address(string? text, long chainId, string field, bool required = false)
    {
        if (text is null && required)
            Refuse(field, "This member is needed.", ProblemCode.MissingField);
        if (text is null)
            return null;
        if (ChainAddress.TryRead(text, chains.FamilyOf(chainId), out var canonical))
            return canonical;
        Refuse(field, "Not an address of that chain.");
        return null;
    }

    /// <summary>Of a chain that the report does not name.</summary>
    public string? Address(string? text, string field)
    {
        if (text is null)
            return null;
        if (ChainAddress.Candidates(text) is [var first, ..])
            return first;
        Refuse(field, "Not an address.");
        return null;
    }

    public string? Hash(string? text, long chainId, string field) => Hash(text, field, ChainHash.TryRead(text, chains.FamilyOf(chainId), out var read) ? read : null);

    public string? Hash(string? text, string field) => Hash(text, field, ChainHash.TryReadAny(text, out var read) ? read : null);

    public BigInteger? Amount(string? text, string field)
    {
        if (text is null)
            return null;
        if (ChainAmount.TryParse(text, out var amount))
            return amount.Value;
        Refuse(field, "An amount is a whole number of up to 78 digits in a string, below 2 to the power of 256.", ProblemCode.AmountOutOfRange);
        return null;
    }

    public BigInteger RequiredAmount(string? text, string field)
    {
        if (text is null)
            Refuse(field, "This member is needed.", ProblemCode.MissingField);
        return Amount(text, field) ?? BigInteger.Zero;
    }

    public long? Usd(Scalar? value, string field)
    {
        if (value is null)
            return null;
        if (UsdAmount.TryParse(value.Text, out var millionths))
            return millionths;
        Refuse(field, "A value in USD is a number that is not negative.");
        return null;
    }

    public long? Percent(Scalar? value, string field)
    {
        if (value is null)
            return null;
        if (FeePercent.TryParse(value.Text, out var millionths))
            return millionths;
        Refuse(field, "The percent of an affiliate fee is 0 to 10 with up to six decimals.", ProblemCode.OutOfRange);
        return null;
    }

    /// <summary>Unix seconds, or ISO 8601 with an offset; cut down to what is kept, so that the same text is the same time later.</summary>
    public DateTimeOffset? Time(Scalar? value, string field)
    {
        if (value is null)
            return null;
        if (long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= MostSeconds)
            return DateTimeOffset.FromUnixTimeSeconds(seconds);
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (value.Text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(value.Text, CultureInfo.InvariantCulture, Style, out var time))
            return time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
        Refuse(field, "A time is Unix seconds or ISO 8601.", ProblemCode.TimeOutOfRange);
        return null;
    }

    public BigInteger? Whole(Scalar? value, BigInteger most, string field)
    {
        if (value is null)
            return null;
        if (value.Text.Length <= 20 && BigInteger.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most)
            return number;
        Refuse(field, $"A whole number from 0 to {most}.", ProblemCode.OutOfRange);
        return null;
    }

    public string? Line(string? text, int most, string field)
    {
        if (text?.Length > most)
            Refuse(field, $"A text of at most {most} characters.", ProblemCode.TooLong);
        return text;
    }

    private string? Hash(string? text, string field, string? read)
    {
        if (text is not null && read is null)
            Refuse(field, "Not a hash of that chain.");
        return read;
    }
}
