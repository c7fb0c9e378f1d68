using System.Numerics;

namespace Tributary.Core.Tests.Ledger;

/// <param name="Credit">Positive on the credit side, negative on the debit side.</param>
internal sealed record ModelEntry(string Account, int? Recipient, BigInteger Credit);

/// <summary>What a verb's "also" column says: earned where positive, reversed where negative.</summary>
internal sealed record Gain(int Recipient, BigInteger Amount)
{
    public static Gain Of(int recipient, BigInteger amount) => new(recipient, amount);
}

internal sealed record ModelReward(
    int Handle, int Program, int Recipient, string Unit, BigInteger Earned, BigInteger Net, BigInteger Posted, BigInteger? Unspent,
    string State, int AvailableDay, int? ExpiryDay, int Order)
{
    public bool IsFrozen => State is "paid" or "clawed_back";

    public BigInteger Standing => Unspent ?? Posted;
}

/// <summary>One balances row, compared by value.</summary>
internal sealed class ModelBalance : IEquatable<ModelBalance>
{
    public static readonly IReadOnlyList<string> Accounts = ["pending", "held", "available", "in_payout", "paid", "receivable"];
    public static readonly ModelBalance Empty = new([]);

    private static readonly IReadOnlyList<string> Columns = ["earned", "reversed", .. Accounts];

    private readonly Dictionary<string, BigInteger> columns;

    private ModelBalance(Dictionary<string, BigInteger> columns) => this.columns = columns;

    public BigInteger this[string column] => columns.GetValueOrDefault(column);

    public IEnumerable<BigInteger> Values => columns.Values;

    public BigInteger Worth => this["pending"] + this["held"] + this["available"] + this["in_payout"] + this["paid"] - this["receivable"];

    public ModelBalance Plus(string column, BigInteger amount) => new(new(columns) { [column] = this[column] + amount });

    public bool Equals(ModelBalance? other) => other is not null && ToString() == other.ToString();

    public override bool Equals(object? obj) => Equals(obj as ModelBalance);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    public static bool operator ==(ModelBalance left, ModelBalance right) => left.Equals(right);

    public static bool operator !=(ModelBalance left, ModelBalance right) => !left.Equals(right);

    public override string ToString() => string.Join(' ', Columns.Select(column => this[column]));
}
