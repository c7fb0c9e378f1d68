using System.Globalization;
using System.Text;

namespace Tributary.Bench.Orders;

/// <summary>
/// The bytes of one client's next order. All requests of a run have one length, so that only the digits of the
/// customer's, the order's and the referrer's ids are written anew.
/// </summary>
internal sealed class OrderRequest
{
    private const string Digits = "0000000000";
    private const string CodeDigits = "000";

    private readonly byte[] bytes;
    private readonly int customerAt;
    private readonly int orderAt;
    private readonly int codeAt;

    public OrderRequest(ShopKeys keys)
    {
        string body = $$"""
            {"customerId":"bench-customer-{{Digits}}","orderId":"bench-order-{{Digits}}","orderDate":"2024-01-15T10:30:00Z","totalPaid":100.00,"totalPrice":100.00,"referrerCode":"{{BenchShop.CodePrefix}}{{CodeDigits}}"}
            """;
        string request = string.Join(
            "\r\n",
            "POST /api/v4.0/integrations/orders HTTP/1.1",
            "Host: localhost",
            $"apiKey: {keys.ApiKey}",
            $"secretKey: {keys.Secret}",
            "Content-Type: application/json",
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}"),
            "",
            body);
        bytes = Encoding.ASCII.GetBytes(request);
        customerAt = request.IndexOf("bench-customer-", StringComparison.Ordinal) + "bench-customer-".Length;
        orderAt = request.IndexOf("bench-order-", StringComparison.Ordinal) + "bench-order-".Length;
        codeAt = request.IndexOf(BenchShop.CodePrefix + CodeDigits, StringComparison.Ordinal) + BenchShop.CodePrefix.Length;
    }

    public ReadOnlyMemory<byte> Next(long number, int referrer)
    {
        Write(number, customerAt, Digits.Length);
        Write(number, orderAt, Digits.Length);
        Write(referrer, codeAt, CodeDigits.Length);
        return bytes;
    }

    private void Write(long number, int at, int digits)
    {
        for (int n = at + digits - 1; n >= at; n--)
        {
            bytes[n] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
