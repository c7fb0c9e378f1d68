using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tributary.Server.Outbound;

/// <summary>Asks the system's own name servers for TXT records.</summary>
/// <param name="servers">In the order in which they are asked.</param>
internal sealed class TextRecords(Func<IReadOnlyList<IPEndPoint>> servers)
{
    private const int DnsPort = 53;
    private const int LargestDatagram = 4_096;
    private const int MostServers = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public TextRecords()
        : this(SystemServers)
    {
    }

    /// <summary>Empty where there are none or nobody answers.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string name, CancellationToken ct)
    {
        var id = BinaryPrimitives.ReadUInt16LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ushort)));
        if (DnsMessage.Question(id, name) is not { } question)
            return [];
        foreach (var server in servers().Take(MostServers))
            if (await AskAsync(server, question, ct) is { } texts)
                return texts;
        return [];
    }

    private static async Task<IReadOnlyList<string>?> AskAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(Patience);
        try
        {
            var answer = await AskByDatagramAsync(server, question, limited.Token);
            if (DnsMessage.IsTruncated(answer))
                answer = await AskByStreamAsync(server, question, limited.Token);
            return DnsMessage.Texts(answer, question);
        }
        catch (Exception failure) when (failure is SocketException or IOException
            || (failure is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<byte[]> AskByDatagramAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // Connected: what others send to this port is not received.
        await socket.ConnectAsync(server, ct);
        await socket.SendAsync(question, ct);
        var answer = new byte[LargestDatagram];
        while (true)
        {
            var length = await socket.ReceiveAsync(answer, ct);
            if (DnsMessage.Texts(answer.AsSpan(0, length), question) is not null)
                return answer[..length];
        }
    }

    private static async Task<byte[]> AskByStreamAsync(IPEndPoint server, byte[] question, CancellationToken ct)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, ct);
        await using var stream = new NetworkStream(socket);
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)question.Length);
        await stream.WriteAsync((byte[])[.. length, .. question], ct);
        await stream.ReadExactlyAsync(length, ct);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, ct);
        return answer;
    }

    private static IReadOnlyList<IPEndPoint> SystemServers() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(network => network.GetIPProperties().DnsAddresses)
            .Distinct()
            .Select(address => new IPEndPoint(address, DnsPort)),
    ];
}
