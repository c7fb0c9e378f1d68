using FsCheck.Fluent;
using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

public sealed class MajorUnitsTests
{
    [Theory]
    [InlineData("19.99", "USD", 1999)]
    [InlineData("19.990000000000002", "USD", 1999)]
    [InlineData("29.970000000000002", "USD", 2997)]
    [InlineData("0.1", "USD", 10)]
    [InlineData("19.995", "USD", 2000)]
    [InlineData("-19.995", "USD", -2000)]
    [InlineData("19.994999999999999999999", "USD", 1999)]
    [InlineData("250", "USD", 25000)]
    [InlineData("100.00", "USD", 10000)]
    [InlineData("1e2", "USD", 10000)]
    [InlineData("1.5E+3", "JPY", 1500)]
    [InlineData("2.5e-2", "USD", 3)]
    [InlineData("0.5", "JPY", 1)]
    [InlineData("0.4", "JPY", 0)]
    [InlineData("-0", "USD", 0)]
    [InlineData("-0.001", "USD", 0)]
    [InlineData("1.0005", "KWD", 1001)]
    [InlineData("1.00005", "CLF", 10001)]
    [InlineData("0e999999999999", "USD", 0)]
    [InlineData("1e-999999999999", "USD", 0)]
    [InlineData("0.005", "USD", 1)]
    [InlineData("0.0049", "USD", 0)]
    [InlineData("0.0005e1", "USD", 1)]
    [InlineData("92233720368547758.07", "USD", long.MaxValue)]
    [InlineData("000000000000000000000000000001", "USD", 100)]
    public void MO6_the_numbers_own_text_is_read(string text, string currency, long minor) =>
        MajorUnits.Parse(text, Currency.Of(currency)).Value.Minor.ShouldBe(minor);

    [Theory]
    [InlineData("92233720368547758.08")]
    [InlineData("-92233720368547758.08")]
    [InlineData("1e17")]
    [InlineData("1e999999999999")]
    [InlineData("99999999999999999999999999")]
    public void MO4_an_amount_too_large_is_refused(string text) =>
        MajorUnits.Parse(text, Currency.Of("USD")).Problem.Code.ShouldBe(ProblemCode.AmountOutOfRange);

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1\n")]
    [InlineData("+1")]
    [InlineData("1,5")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("0x10")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e")]
    [InlineData("٣")]
    [InlineData(null)]
    public void MO6_other_text_is_no_amount(string? text)
    {
        var problem = MajorUnits.Parse(text, Currency.Of("USD"), "totalPaid").Problem;
        problem.Code.ShouldBe(ProblemCode.InvalidValue);
        problem.Field.ShouldBe("totalPaid");
    }

    [Fact]
    public void MO6_a_text_of_any_length_costs_nothing() =>
        MajorUnits.Parse(new string('9', 1_000_000), Currency.Of("USD")).Succeeded.ShouldBeFalse();

    [Theory]
    [InlineData(1990, "USD", "19.90", "19.9")]
    [InlineData(10000, "USD", "100.00", "100")]
    [InlineData(5, "USD", "0.05", "0.05")]
    [InlineData(-5, "USD", "-0.05", "-0.05")]
    [InlineData(0, "USD", "0.00", "0")]
    [InlineData(1500, "JPY", "1500", "1500")]
    [InlineData(0, "JPY", "0", "0")]
    [InlineData(3060, "KWD", "3.060", "3.06")]
    [InlineData(10001, "CLF", "1.0001", "1.0001")]
    [InlineData(-long.MaxValue, "USD", "-92233720368547758.07", "-92233720368547758.07")]
    public void MO7_amounts_are_written_with_the_currencys_digits(long minor, string currency, string full, string shortest)
    {
        var money = new Money(minor, Currency.Of(currency));
        MajorUnits.Format(money).ShouldBe(full);
        MajorUnits.Shortest(money).ShouldBe(shortest);
    }

    [Fact]
    public void MO7_what_is_written_reads_back_the_same()
    {
        var cases = from minor in Amounts.Any
                    from currency in Gen.Elements("USD", "JPY", "KWD", "CLF")
                    select new Money(minor, Currency.Of(currency));
        ForAll.Of(cases, money =>
            MajorUnits.Parse(MajorUnits.Format(money), money.Currency).Value == money
            && MajorUnits.Parse(MajorUnits.Shortest(money), money.Currency).Value == money);
    }
}
