using System.Net;
using System.Net.Sockets;
using Shouldly;
using Tributary.Server.Outbound;
using Xunit;

namespace Tributary.Server.Tests.Outbound;

/// <summary>TXT records, as a name server on this machine answers them.</summary>
public sealed class TextRecordTests
{
    private const string Name = "_tributary.yoursite.com";

    [Fact]
    public async Task The_texts_of_a_name_are_read()
    {
        await using var server = new NameServer(question => Answer(question, 0x8180, [["v=spf1 -all"], ["tok", "en"]]));
        (await new TextRecords(() => [server.Place]).FindAsync(Name, default)).ShouldBe(["v=spf1 -all", "token"]);
    }

    [Fact]
    public async Task A_name_without_records_has_none()
    {
        await using var server = new NameServer(question => Answer(question, 0x8183, []));
        (await new TextRecords(() => [server.Place]).FindAsync(Name, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_to_other_questions_are_passed_over()
    {
        var asked = 0;
        await using var server = new NameServer(question =>
        {
            var forged = Answer(question, 0x8180, [["forged"]]);
            forged[0] ^= 0xFF;
            return asked++ == 0 ? forged : Answer(question, 0x8180, [["true"]]);
        }, answersTwice: true);
        (await new TextRecords(() => [server.Place]).FindAsync(Name, default)).ShouldBe(["true"]);
    }

    [Fact]
    public void Broken_answers_are_read_as_far_as_they_go()
    {
        var question = DnsMessage.Question(7, Name)!;
        var whole = Answer(question, 0x8180, [["one"], ["two"]]);
        for (var length = 0; length < whole.Length; length++)
            (DnsMessage.Texts(whole.AsSpan(0, length), question)?.Count ?? 0).ShouldBeLessThanOrEqualTo(2);
        var random = new Random(1);
        for (var round = 0; round < 2_000; round++)
        {
            var broken = whole.ToArray();
            for (var change = 0; change < 4; change++)
                broken[random.Next(question.Length, broken.Length)] = (byte)random.Next(256);
            DnsMessage.Texts(broken, question).ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("ü.example")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.example")]
    public void A_name_that_is_none_is_not_asked_for(string name) => DnsMessage.Question(1, name).ShouldBeNull();

    private static byte[] Answer(byte[] question, ushort flags, string[][] records)
    {
        var answer = new List<byte>(question);
        (answer[2], answer[3]) = ((byte)(flags >> 8), (byte)(flags & 0xFF));
        answer[7] = (byte)records.Length;
        foreach (var strings in records)
        {
            var data = strings.SelectMany(text => (byte[])[(byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)]).ToArray();
            answer.AddRange((byte[])[0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, (byte)data.Length, .. data]);
        }
        return [.. answer];
    }

    private sealed class NameServer : IAsyncDisposable
    {
        private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly Task serving;

        public NameServer(Func<byte[], byte[]> answer, bool answersTwice = false) => serving = ServeAsync(answer, answersTwice);

        public IPEndPoint Place => (IPEndPoint)socket.Client.LocalEndPoint!;

        public async ValueTask DisposeAsync()
        {
            socket.Dispose();
            await serving;
        }

        private async Task ServeAsync(Func<byte[], byte[]> answer, bool twice)
        {
            try
            {
                while (true)
                {
                    var asked = await socket.ReceiveAsync();
                    await socket.SendAsync(answer(asked.Buffer), asked.RemoteEndPoint);
                    if (twice)
                        await socket.SendAsync(answer(asked.Buffer), asked.RemoteEndPoint);
                }
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                // The test is over.
            }
        }
    }
}
