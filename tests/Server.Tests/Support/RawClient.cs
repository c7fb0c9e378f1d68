using System.Net.Sockets;
using System.Text;

namespace Tributary.Server.Tests.Support;

/// <summary>A connection that may say anything, for what no HTTP client would send.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static async Task<RawClient> ConnectAsync(Uri server)
    {
        var client = new RawClient();
        await client._socket.ConnectAsync(server.Host, server.Port);
        return client;
    }

    /// <summary>Sends what it can; a server that has hung up already is no failure here.</summary>
    public async Task SendAsync(string text)
    {
        try
        {
            await _socket.SendAsync(Encoding.Latin1.GetBytes(text));
        }
        catch (SocketException)
        {
            // The answer, or its absence, is what counts.
        }
    }

    /// <summary>The number of the first answer; 0 when the connection ends without one.</summary>
    public async Task<int> StatusAsync()
    {
        var buffer = new byte[512];
        int length;
        try
        {
            length = await _socket.ReceiveAsync(buffer);
        }
        catch (SocketException)
        {
            return 0;
        }

        string[] words = Encoding.Latin1.GetString(buffer, 0, length).Split(' ', 3);
        return words.Length > 1 && int.TryParse(words[1], out int status) ? status : 0;
    }

    /// <summary>Reads to the end; true when the server ended the connection before <paramref name="patience"/> was over.</summary>
    public async Task<bool> IsDroppedAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        var buffer = new byte[4096];
        try
        {
            while (await _socket.ReceiveAsync(buffer, limit.Token) > 0)
            {
                // The refusal's text.
            }

            return true;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
