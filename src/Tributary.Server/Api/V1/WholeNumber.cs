using System.Numerics;
using Tributary.Primitives;

namespace Tributary.Server.Api.V1;

/// <summary>
/// An amount on the wire: a whole number of a unit's smallest part. Of money and points a JSON number, of tokens
/// on a chain its digits in a string, because readers would round so long a number.
/// </summary>
internal readonly record struct WholeNumber(BigInteger Value, bool AsText)
{
    public static WholeNumber Of(BigInteger value, Unit? unit) => new(value, unit is { IsBounded: false });

    public static WholeNumber Of(BigInteger value, string unit) => Of(value, Unit.Parse(unit));
}
