using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Tributary.Primitives;

public enum CurrencyStatus
{
    Active,

    /// <summary>No longer money: read in imports, refused for new orders.</summary>
    Withdrawn,

    /// <summary>In ISO 4217 but not money (metals, units of account, test codes): always refused.</summary>
    Refused,
}

/// <summary>
/// A currency of ISO 4217. The table is ours (MO-8), because a machine's culture data disagrees about decimals and
/// changes with its version.
/// </summary>
public sealed class Currency
{
    /// <summary>The date of the list below.</summary>
    public const string ListDate = "2026-11";

    private const string NoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
    private const string ThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
    private const string FourDecimals = "CLF UYW";

    private const string TwoDecimals = """
        AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
        COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
        INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
        MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
        STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG
        """;

    private const string WithdrawnCodes = "ANG BGN CUC HRK SLL ZWL";
    private const string RefusedCodes = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX";

    private static readonly FrozenDictionary<string, Currency> Table = Rows()
        .ToFrozenDictionary(currency => currency.Code, StringComparer.OrdinalIgnoreCase);

    private Currency(string code, int exponent, CurrencyStatus status)
    {
        Code = code;
        Exponent = exponent;
        Status = status;
    }

    /// <summary>Three capital letters.</summary>
    public string Code { get; }

    /// <summary>Decimals of the major unit: 2 where 100 minor units are one.</summary>
    public int Exponent { get; }

    public CurrencyStatus Status { get; }

    /// <summary>Minor units in one major unit.</summary>
    public long MinorPerMajor => PowersOfTen.Small(Exponent);

    public static IReadOnlyCollection<Currency> All => Table.Values;

    /// <summary>Every listed code in any letter case, whatever its status.</summary>
    public static bool TryGet(string? code, [NotNullWhen(true)] out Currency? currency)
    {
        currency = null;
        return code is { Length: 3 } && Table.TryGetValue(code, out currency);
    }

    /// <summary>A code that stands in our own program or database; throws for any other.</summary>
    public static Currency Of(string code) =>
        TryGet(code, out var currency) ? currency : throw new ArgumentException("Not a listed currency.", nameof(code));

    /// <summary>A currency in which something new may be recorded.</summary>
    public static Outcome<Currency> ForOrders(string? code, string field = "currency") =>
        TryGet(code, out var currency) && currency.Status == CurrencyStatus.Active ? currency : Refusal(field);

    /// <summary>A currency that history may be told in.</summary>
    public static Outcome<Currency> ForImports(string? code, string field = "currency") =>
        TryGet(code, out var currency) && currency.Status != CurrencyStatus.Refused ? currency : Refusal(field);

    public override string ToString() => Code;

    private static Problem Refusal(string field) =>
        new(ProblemCode.CurrencyRefused, "Not an ISO 4217 currency in use.", field);

    private static IEnumerable<Currency> Rows() =>
    [
        .. Rows(NoDecimals, 0, CurrencyStatus.Active),
        .. Rows(TwoDecimals, 2, CurrencyStatus.Active),
        .. Rows(ThreeDecimals, 3, CurrencyStatus.Active),
        .. Rows(FourDecimals, 4, CurrencyStatus.Active),
        .. Rows(WithdrawnCodes, 2, CurrencyStatus.Withdrawn),
        .. Rows(RefusedCodes, 0, CurrencyStatus.Refused),
    ];

    private static IEnumerable<Currency> Rows(string codes, int exponent, CurrencyStatus status) =>
        codes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(code => new Currency(code, exponent, status));
}
