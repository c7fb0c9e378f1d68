using System.Globalization;

namespace Tributary.Bench.Rows;

/// <summary>
/// What of a sampled order's rows differs from order to order, and by which pgbench variable it is written:
/// <c>:c</c> the new customer's number, <c>:n</c> the first of the order's record numbers, <c>:r</c> the referrer's number.
/// </summary>
internal sealed class SampleOrder
{
    /// <summary>An operation draws its record numbers in blocks.</summary>
    private const int NumbersPerOrder = 32;

    private const int CustomerDigits = 10;

    private readonly string customer;
    private readonly string referrer;
    private readonly long firstNumber;
    private readonly List<(string Text, string Sql)> texts;

    public SampleOrder(RowChanges changes)
    {
        Changes = changes;
        var order = changes.Only("orders");
        customer = order["customer_id"]!;
        referrer = order["referrer_id"] ?? throw new InvalidOperationException("The sampled order is not attributed.");
        firstNumber = order.Number("order_key");
        At = DateTimeOffset.Parse(order["received_at"]!, CultureInfo.InvariantCulture);
        string merchantId = changes.Only("customer_ids")["merchant_id"]!;
        string code = changes.Only("codes")["code"]!;
        string folded = changes.Only("codes")["folded"]!;
        texts =
        [
            (order["order_id"]!, $"'bench-order-' || :c"),
            (merchantId, "'bench-customer-' || :c"),
            (code, Padded(code)),
            (folded, Padded(folded)),
        ];
        for (int n = 0; n < NumbersPerOrder; n++)
            texts.Add(((firstNumber + n).ToString(CultureInfo.InvariantCulture), $"(:n::bigint + {n})"));
        texts.Add((customer, ":c"));
        texts.Add((referrer, ":r"));
    }

    public RowChanges Changes { get; }

    public DateTimeOffset At { get; }

    /// <summary>The value's SQL.</summary>
    public string Sql(Column column, string? value)
    {
        if (value is null)
            return "null";
        if (column.IsTime)
            return Literals.Time(value, At);
        if (column.IsNumber)
            return NumberSql(value);
        // Documents stay as they are: the same size, and no cheaper to store than others.
        return column.Type == "text" ? TextSql(value) : $"{Literals.Text(value)}::{column.Type}";
    }

    private string NumberSql(string value)
    {
        if (value == customer)
            return ":c";
        if (value == referrer)
            return ":r";
        return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number >= firstNumber && number < firstNumber + NumbersPerOrder
                ? $":n::bigint + {number - firstNumber}"
                : value;
    }

    private string TextSql(string value)
    {
        foreach (var (text, sql) in texts)
        {
            int at = value.IndexOf(text, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var parts = new List<string>();
            if (at > 0)
                parts.Add(Literals.Text(value[..at]));
            parts.Add(sql);
            if (at + text.Length < value.Length)
                parts.Add(Literals.Text(value[(at + text.Length)..]));
            // A lone parameter takes the column's type; beside ||, everything is text.
            return string.Join(" || ", parts);
        }
        return Literals.Text(value);
    }

    private static string Padded(string code) => $"lpad(:c, {Math.Max(code.Length, CustomerDigits)}, 'B')";
}
