using System.Globalization;
using System.Numerics;
using FsCheck.Fluent;
using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(500, 29000, 15)]
    [InlineData(7, 200000, 1)]
    [InlineData(3, 200000, 1)]
    [InlineData(2, 200000, 0)]
    [InlineData(15, 100000, 2)]
    [InlineData(1, 500000, 1)]
    [InlineData(-1, 500000, -1)]
    [InlineData(25, 100000, 3)]
    [InlineData(35, 100000, 4)]
    [InlineData(1450, 10000, 15)]
    [InlineData(1999, 150000, 300)]
    [InlineData(1005, 100000, 101)]
    [InlineData(1, 499999, 0)]
    [InlineData(500000, 1, 1)]
    [InlineData(499999, 1, 0)]
    [InlineData(0, 29000, 0)]
    [InlineData(0, 1000000, 0)]
    [InlineData(1000000, 333333, 333333)]
    [InlineData((1L << 53) + 1, 1, 9007199255)]
    [InlineData(long.MaxValue, 500000, 4611686018427387904)]
    [InlineData(-long.MaxValue, 500000, -4611686018427387904)]
    [InlineData(long.MaxValue, 1000000, long.MaxValue)]
    [InlineData(100, 25000, 3)]
    [InlineData(1000, 100000, 100)]
    public void MO10_a_percentage_is_rounded_half_away_from_zero(long @base, int ppm, long reward)
    {
        Percent.Of(@base, new Rate(ppm)).ShouldBe(reward);
        Percent.Of((BigInteger)@base, new Rate(ppm)).ShouldBe(reward);
    }

    [Fact]
    public void MO10_percentages_of_on_chain_amounts_are_exact_beyond_64_bits()
    {
        Percent.Of(new BigInteger(1234567890123456789), new Rate(3000)).ShouldBe(3703703670370370);
        Percent.Of(BigInteger.Pow(10, 77) + 7, new Rate(2500)).ShouldBe(25 * BigInteger.Pow(10, 73));
    }

    [Fact]
    public void MO11_rounding_is_symmetric_and_never_off_by_more_than_a_half()
    {
        var cases = from numerator in Amounts.Any
                    from denominator in Amounts.Any
                    where denominator != 0
                    select (Numerator: numerator, Denominator: Math.Abs(denominator));
        ForAll.Of(cases, c =>
        {
            var rounded = Rounding.HalfAwayFromZero((Int128)c.Numerator, c.Denominator);
            var twiceOff = Int128.Abs(rounded * c.Denominator - c.Numerator) * 2;
            return Rounding.HalfAwayFromZero(-(Int128)c.Numerator, c.Denominator) == -rounded
                && Rounding.HalfAwayFromZero((BigInteger)c.Numerator, c.Denominator) == (BigInteger)rounded
                && twiceOff <= c.Denominator
                && (twiceOff < c.Denominator || Int128.Abs(rounded * c.Denominator) > Int128.Abs(c.Numerator));
        });
    }

    [Fact]
    public void MO11_what_a_contract_pays_is_cut_down_to_whole_units()
    {
        Rounding.TowardsZero(new BigInteger(19_999), 10_000).ShouldBe(1);
        Rounding.TowardsZero(new BigInteger(-19_999), 10_000).ShouldBe(-1);
    }

    [Fact]
    public void MO12_products_of_an_order_are_added_before_the_one_rounding()
    {
        var items = new[] { ((BigInteger)3, new Rate(100_000)), (3, new Rate(100_000)), (4, new Rate(50_000)) };
        Percent.OfAll(items).ShouldBe(1);
        items.Sum(item => (long)Percent.Of(item.Item1, item.Item2)).ShouldBe(0);
    }

    [Fact]
    public void I14_a_larger_base_or_rate_never_owes_less()
    {
        var cases = from a in Amounts.Any
                    from b in Amounts.Any
                    from p in Gen.Choose(0, Rate.MostPpm)
                    from q in Gen.Choose(0, Rate.MostPpm)
                    select (Small: Math.Min(a, b), Large: Math.Max(a, b), Low: Math.Min(p, q), High: Math.Max(p, q));
        ForAll.Of(cases, c =>
            Percent.Of(c.Small, new Rate(c.Low)) <= Percent.Of(c.Large, new Rate(c.Low))
            && Percent.Of(Math.Abs(c.Large), new Rate(c.Low)) <= Percent.Of(Math.Abs(c.Large), new Rate(c.High)));
    }

    [Theory]
    [InlineData(25000, "USD", 1000000, 250)]
    [InlineData(25049, "USD", 1000000, 250)]
    [InlineData(25050, "USD", 1000000, 251)]
    [InlineData(100, "JPY", 10000, 1)]
    [InlineData(1500, "KWD", 1000000, 2)]
    public void MO14_points_come_from_major_units(long minor, string currency, long ratePpm, long points) =>
        Points.FromMoney(new Money(minor, Currency.Of(currency)), ratePpm).Value.ShouldBe(points);

    [Fact]
    public void MO14_points_that_fit_no_column_are_refused() =>
        Points.FromMoney(new Money(long.MaxValue, Currency.Of("JPY")), 2_000_000).Problem.Code
            .ShouldBe(ProblemCode.AmountOutOfRange);

    [Theory]
    [InlineData(1000, "USD", 92345, 5, "EUR", 923)]
    [InlineData(15, "USD", 92345, 5, "EUR", 14)]
    [InlineData(-15, "USD", 92345, 5, "EUR", -14)]
    [InlineData(1500, "JPY", 204, 5, "KWD", 3060)]
    [InlineData(1234, "KWD", 490196, 3, "JPY", 605)]
    [InlineData(1450, "USD", 92345, 5, "EUR", 1339)]
    public void MO15_a_conversion_rounds_once(long minor, string from, long rate, int scale, string to, long expected) =>
        Conversion.Convert(new Money(minor, Currency.Of(from)), new ExchangeRate(rate, scale), Currency.Of(to))
            .Value.ShouldBe(new Money(expected, Currency.Of(to)));

    [Fact]
    public void MO15_a_conversion_that_fits_no_column_is_refused() =>
        Conversion.Convert(new Money(long.MaxValue, Currency.Of("JPY")), new ExchangeRate(1, 0), Currency.Of("KWD"))
            .Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);

    [Theory]
    [InlineData("2.9", 29000)]
    [InlineData("0", 0)]
    [InlineData("100", 1000000)]
    [InlineData("33.3333", 333333)]
    public void MO10_a_percentage_is_read_and_written_exactly(string text, int ppm)
    {
        Rate.ParsePercent(text).Value.Ppm.ShouldBe(ppm);
        new Rate(ppm).ToPercentText().ShouldBe(text);
    }

    [Theory]
    [InlineData("100.0001")]
    [InlineData("0.00001")]
    [InlineData("-1")]
    [InlineData("1e1")]
    [InlineData("")]
    public void MO10_a_percentage_out_of_range_or_too_fine_is_refused(string text) =>
        Rate.ParsePercent(text).Problem.Code.ShouldBe(ProblemCode.OutOfRange);

    [Fact]
    public void MO7_a_percentage_does_not_depend_on_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("de-DE");
        try
        {
            Rate.ParsePercent("2.9").Value.ToPercentText().ShouldBe("2.9");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
