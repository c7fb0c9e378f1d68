using System.Globalization;
using Tributary.Chains;
using Tributary.Features;
using Tributary.Programs;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge.Gateway;

/// <summary>What a request to the upstream says of whose the order will be.</summary>
/// <param name="Percent">Of the affiliate fee, in millionths of a percent; null: none is asked for.</param>
internal sealed record GatewayClaim(QueryText Query, long? Code, long? Percent, string? Beneficiary);

/// <summary>
/// What the gateway asks of the parameters before anything is forwarded, and what it changes in them (debridge.md § 4.3).
/// </summary>
internal static class GatewayRules
{
    public const string Code = "referralCode";
    public const string Percent = "affiliateFeePercent";
    public const string Recipient = "affiliateFeeRecipient";

    private const string OldPercent = "affiliateFee";
    private const string OldRecipient = "affiliateFeeBeneficiary";
    private const string AccessToken = "accesstoken";

    private static readonly DeBridgeError AnothersCode = new(DeBridgeFault.Forbidden, "The key is bound to another code.") { Parameter = Code };

    /// <summary>The parameters without any caller's token.</summary>
    public static QueryText WithoutToken(string query)
    {
        var parameters = QueryText.Parse(query);
        parameters.Remove(AccessToken);
        return parameters;
    }

    /// <param name="ownCode">Of the integrator that the key is bound to.</param>
    public static (GatewayClaim? Claim, DeBridgeError? Refusal) Read(string query, DeBridgeSettings settings, bool isBound, long? ownCode)
    {
        var parameters = WithoutToken(query);
        var (code, wrongCode) = ReadCode(parameters, settings, isBound, ownCode);
        if (wrongCode is not null)
            return (null, wrongCode);
        var (percent, beneficiary, wrongFee) = ReadFee(parameters, settings);
        return wrongFee is null ? (new GatewayClaim(parameters, code, percent, beneficiary), null) : (null, wrongFee);
    }

    /// <param name="percent">In millionths of a percent.</param>
    /// <param name="fees">As the feature holds for the request's code.</param>
    public static DeBridgeError? RefuseFee(long percent, FeatureValue fees)
    {
        if (!fees.Enabled)
            return new DeBridgeError(DeBridgeFault.FeatureDisabled, "Affiliate fees are switched off.") { Parameter = Percent };
        var most = fees.Parameters[Feature.MaxPercent];
        return percent > most * FeePercent.Millionths
            ? DeBridgeError.Invalid(Percent, string.Create(CultureInfo.InvariantCulture, $"a percentage up to {most} is expected."))
            : null;
    }

    private static (long? Code, DeBridgeError? Refusal) ReadCode(QueryText parameters, DeBridgeSettings settings, bool isBound, long? ownCode)
    {
        var sent = parameters.All(Code);
        if (sent.Count > 1)
            return (null, DeBridgeError.Invalid(Code, "it stands there twice."));
        if (!TryCode(sent is [var only] ? only : null, out var code))
            return (null, DeBridgeError.Invalid(Code, $"a whole number from 1 to {uint.MaxValue} is expected."));
        if (isBound && code is not null && code != ownCode)
            return (null, AnothersCode);
        code ??= isBound ? ownCode : settings.Codes.Default;
        if (code is null && settings.Codes.Required)
            return (null, DeBridgeError.Invalid(Code, "this platform asks for the integrator's code."));
        if (code is { } known)
            parameters.Set(Code, known.ToString(CultureInfo.InvariantCulture));
        else
            parameters.Remove(Code);
        return (code, null);
    }

    /// <summary>Nothing and 0 are no code; leading zeros and a fraction of zero are allowed.</summary>
    private static bool TryCode(string? text, out long? code)
    {
        code = null;
        if (string.IsNullOrEmpty(text))
            return true;
        if (!char.IsAsciiDigit(text[0]) || !text.All(letter => char.IsAsciiDigit(letter) || letter == '.') || !WireNumber.TryInteger(text, out var number) || number > uint.MaxValue)
            return false;
        code = number == 0 ? null : number;
        return true;
    }

    private static (long? Percent, string? Beneficiary, DeBridgeError? Refusal) ReadFee(QueryText parameters, DeBridgeSettings settings)
    {
        var (percentText, twoPercents) = One(parameters, Percent, OldPercent);
        var (recipientText, twoRecipients) = One(parameters, Recipient, OldRecipient);
        if ((twoPercents ?? twoRecipients) is { } contradiction)
            return (null, null, contradiction);
        long percent = 0;
        if (percentText is not null && !FeePercent.TryParse(percentText, out percent))
            return (null, null, DeBridgeError.Invalid(Percent, "a percentage from 0 to 10 with at most six decimals is expected."));
        if (percentText is not null && percent == 0)
        {
            // No fee: the upstream is not asked to think about one.
            Drop(parameters, Percent, OldPercent, Recipient, OldRecipient);
            return (null, null, null);
        }
        if (percentText is null && recipientText is null)
        {
            Drop(parameters, Percent, OldPercent, Recipient, OldRecipient);
            return (null, null, null);
        }
        if (percentText is null)
            return (null, null, new DeBridgeError(DeBridgeFault.FeePercentNotSet, $"{Recipient} needs {Percent}.") { Parameter = Percent });
        if (recipientText is null)
            return (null, null, new DeBridgeError(DeBridgeFault.FeeRecipientNotSet, $"{Percent} needs {Recipient}.") { Parameter = Recipient });
        if (!ChainAddress.TryRead(recipientText, SourceFamily(parameters, settings), out var beneficiary))
            return (null, null, DeBridgeError.Invalid(Recipient, "an address of the source chain is expected."));
        parameters.Set(Percent, percentText, OldPercent);
        parameters.Set(Recipient, recipientText, OldRecipient);
        return (percent, beneficiary, null);
    }

    /// <summary>The value under its name or the older one; two different ones contradict each other.</summary>
    private static (string? Value, DeBridgeError? Refusal) One(QueryText parameters, string name, string oldName)
    {
        var values = parameters.All(name).Concat(parameters.All(oldName)).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return values.Count > 1
            ? (null, DeBridgeError.Invalid(name, $"it stands there twice with different values, also as {oldName}."))
            : (values.FirstOrDefault(), null);
    }

    private static void Drop(QueryText parameters, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            parameters.Remove(name);
    }

    private static ChainFamily? SourceFamily(QueryText parameters, DeBridgeSettings settings) =>
        WireNumber.TryInteger(parameters.First("srcChainId") ?? parameters.First("chainId") ?? "", out var chainId)
            ? settings.ChainTable.FamilyOf(chainId)
            : null;
}
