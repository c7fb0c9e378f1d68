using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

/// <summary>The lists are written out here once more, so that a slip in the table is seen.</summary>
public sealed class CurrencyTests
{
    private static readonly string[] Zero = Codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF");
    private static readonly string[] Three = Codes("BHD IQD JOD KWD LYD OMR TND");
    private static readonly string[] Four = Codes("CLF UYW");

    private static readonly string[] Two = Codes(
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW " +
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF " +
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK " +
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP " +
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG " +
        "YER ZAR ZMW ZWG");

    private static readonly string[] Withdrawn = Codes("ANG BGN CUC HRK SLL ZWL");
    private static readonly string[] Refused = Codes("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX");

    [Fact]
    public void MO8_the_table_is_exactly_the_lists()
    {
        Of(CurrencyStatus.Active, 0).ShouldBe(Zero);
        Of(CurrencyStatus.Active, 2).ShouldBe(Two);
        Of(CurrencyStatus.Active, 3).ShouldBe(Three);
        Of(CurrencyStatus.Active, 4).ShouldBe(Four);
        Of(CurrencyStatus.Withdrawn, 2).ShouldBe(Withdrawn);
        Of(CurrencyStatus.Refused, 0).ShouldBe(Refused);
        Currency.All.Count.ShouldBe(Zero.Length + Two.Length + Three.Length + Four.Length + Withdrawn.Length + Refused.Length);
    }

    [Theory]
    [InlineData("USD", true, true)]
    [InlineData("usd", true, true)]
    [InlineData("HRK", false, true)]
    [InlineData("XAU", false, false)]
    [InlineData("ZZZ", false, false)]
    [InlineData("US", false, false)]
    [InlineData("", false, false)]
    [InlineData(null, false, false)]
    public void MO8_withdrawn_currencies_are_for_imports_and_metals_for_nothing(string? code, bool orders, bool imports)
    {
        Currency.ForOrders(code).Succeeded.ShouldBe(orders);
        Currency.ForImports(code).Succeeded.ShouldBe(imports);
        if (!orders)
            Currency.ForOrders(code).Problem.Code.ShouldBe(ProblemCode.CurrencyRefused);
    }

    [Theory]
    [InlineData("USD", UnitKind.Fiat, "USD")]
    [InlineData("points:points", UnitKind.Points, "points:points")]
    [InlineData("score:score", UnitKind.Score, "score:score")]
    [InlineData("chain:1/0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", UnitKind.Chain,
        "chain:1/0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48")]
    [InlineData("chain:7565164/EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", UnitKind.Chain,
        "chain:7565164/EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v")]
    public void MO1_a_unit_is_its_text(string text, UnitKind kind, string canonical)
    {
        var unit = Unit.Parse(text);
        unit.Kind.ShouldBe(kind);
        unit.Text.ShouldBe(canonical);
        unit.ShouldBe(Unit.Parse(canonical));
    }

    [Theory]
    [InlineData("XAU")]
    [InlineData("points:")]
    [InlineData("points:Gold")]
    [InlineData("points:a b")]
    [InlineData("chain:1")]
    [InlineData("chain:01/0xab")]
    [InlineData("chain:x/0xab")]
    [InlineData("chain:1/")]
    [InlineData("chain:1/a/b")]
    [InlineData("other:1")]
    [InlineData("")]
    [InlineData(null)]
    public void MO1_anything_else_is_no_unit(string? text) => Unit.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void MO1_two_units_are_never_added()
    {
        var usd = new Money(1, Currency.Of("USD"));
        var eur = new Money(1, Currency.Of("EUR"));
        Should.Throw<InvalidOperationException>(() => usd + eur);
        Should.Throw<InvalidOperationException>(() => (Amount)usd + eur);
    }

    [Fact]
    public void MO2_amounts_reach_their_limits_and_not_beyond()
    {
        var usd = Currency.Of("USD");
        var most = new Money(long.MaxValue, usd);
        most.Add(new Money(1, usd)).Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        Should.Throw<OverflowException>(() => most + new Money(1, usd));
        Should.Throw<ArgumentOutOfRangeException>(() => new Money(long.MinValue, usd));
        Money.Of(long.MinValue, usd).Succeeded.ShouldBeFalse();
        (-most + most).Minor.ShouldBe(0);

        var token = Unit.Token(1, "0xab");
        Amount.Of(Amount.ChainMost, token).Succeeded.ShouldBeTrue();
        Amount.Of(Amount.ChainMost + 1, token).Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);
        Amount.Of(long.MaxValue, Unit.Points("points")).Succeeded.ShouldBeTrue();
        Amount.Of((System.Numerics.BigInteger)long.MaxValue + 1, Unit.Points("points")).Succeeded.ShouldBeFalse();
    }

    private static string[] Of(CurrencyStatus status, int exponent) =>
    [
        .. Currency.All.Where(c => c.Status == status && c.Exponent == exponent)
            .Select(c => c.Code).Order(StringComparer.Ordinal),
    ];

    private static string[] Codes(string text) => text.Split(' ');
}
