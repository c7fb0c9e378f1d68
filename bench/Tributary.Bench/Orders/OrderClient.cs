using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tributary.Bench.Orders;

/// <summary>One keep-alive connection that sends an order, reads its answer, and sends the next.</summary>
internal sealed class OrderClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] answer = new byte[16 * 1024];
    private readonly OrderRequest request;

    public OrderClient(ShopKeys keys) => request = new OrderRequest(keys);

    public async Task ConnectAsync(IPEndPoint endpoint) => await socket.ConnectAsync(endpoint);

    /// <summary>Fails on any answer but 200.</summary>
    public async ValueTask SendAsync(long number, int referrer)
    {
        await socket.SendAsync(request.Next(number, referrer));
        int received = 0;
        do
        {
            int count = await socket.ReceiveAsync(answer.AsMemory(received));
            if (count == 0)
                throw new IOException("The server closed the connection.");
            received += count;
        }
        while (!IsWhole(answer.AsSpan(0, received)));
        if (!answer.AsSpan(0, received).StartsWith("HTTP/1.1 200 "u8))
            throw new InvalidOperationException(Encoding.UTF8.GetString(answer, 0, received));
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> received)
    {
        int headers = received.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
            return false;
        int length = received.IndexOf("Content-Length: "u8);
        if (length < 0 || length > headers)
            return received.EndsWith("0\r\n\r\n"u8);
        var digits = received[(length + "Content-Length: ".Length)..];
        int bodyLength = int.Parse(digits[..digits.IndexOf((byte)'\r')], NumberStyles.None, CultureInfo.InvariantCulture);
        return received.Length >= headers + 4 + bodyLength;
    }
}
