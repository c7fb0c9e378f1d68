using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Tributary.Server.Hosting.Logs;

namespace Tributary.Server.Tests.Hosting.Logs;

/// <summary>Lines of the log, made by what the server itself configures.</summary>
public sealed class LineFormatterTests
{
    [Fact]
    public void A_line_says_when_how_grave_where_and_what()
    {
        Log("Ready at {Place}", "/srv/data").ShouldMatch(
            @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn: Tributary\.Test\[7\] Ready at /srv/data\n$");
    }

    [Theory]
    [InlineData("a\r\nfail: forged", @"a\r\nfail: forged")]
    [InlineData("\u001b[31mred\u001b]0;title\a", @"\u001B[31mred\u001B]0;title\u0007")]
    [InlineData("\u0085\u009b2J\u007f\0\b\v", @"\u0085\u009B2J\u007F\u0000\u0008\u000B")]
    [InlineData("\u202egnp\u2066\u200b\ufeff\u2028\u2029", @"\u202Egnp\u2066\u200B\uFEFF\u2028\u2029")]
    [InlineData(@"C:\new", @"C:\\new")]
    [InlineData("Zoë 🎉 ﷽", "Zoë 🎉 ﷽")]
    public void N22_nothing_in_a_value_begins_a_line_or_moves_a_cursor(string value, string shown) =>
        Log("Said {Value}.", value).ShouldEndWith($" Said {shown}.\n");

    [Fact]
    public void N22_halves_of_characters_and_invisible_ones_show()
    {
        Log("{Value}", "\ud800x\udc00").ShouldEndWith(@" \uD800x\uDC00" + "\n");
        Log("{Value}", char.ConvertFromUtf32(0xE0041)).ShouldEndWith(" \uFFFD\n");
    }

    [Theory]
    [InlineData("x")]
    [InlineData("é")]
    [InlineData("🎉")]
    [InlineData("\n")]
    public void N22_a_megabyte_is_cut_at_a_kilobyte_between_two_characters(string unit)
    {
        var line = Log("{Value}", string.Concat(Enumerable.Repeat(unit, 1 << 20)));
        var message = line[(line.IndexOf("] ", StringComparison.Ordinal) + 2)..].TrimEnd('\n');
        Encoding.UTF8.GetByteCount(message).ShouldBeInRange(1018, LineFormatter.MostMessageBytes);
        message.ShouldEndWith("…");
        message.ShouldNotContain('\uFFFD');
        line.Count(letter => letter == '\n').ShouldBe(1);
    }

    [Fact]
    public void N22_a_failure_stays_on_the_line_with_its_causes_and_where_they_were_thrown()
    {
        var line = Log("Failed", failure: Thrown());
        line.Count(letter => letter == '\n').ShouldBe(1);
        line.ShouldContain(@" Failed | System.InvalidOperationException: outer\r\nfail: forged");
        line.ShouldContain(" | System.FormatException: xxx");
        line.ShouldContain(nameof(Thrown) + "()");
        Encoding.UTF8.GetByteCount(line).ShouldBeLessThan(2 * (LineFormatter.MostMessageBytes + LineFormatter.MostTraceBytes) + 500);
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            try
            {
                throw new FormatException(new string('x', 1 << 20));
            }
            catch (FormatException inner)
            {
                throw new InvalidOperationException("outer\r\nfail: forged", inner);
            }
        }
        catch (InvalidOperationException outer)
        {
            return outer;
        }
    }

    private static string Log(string template, string? value = null, Exception? failure = null)
    {
        using var services = new ServiceCollection().AddLogging(ServerLogs.Configure).BuildServiceProvider();
        var name = services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = services.GetServices<ConsoleFormatter>().Single(each => each.Name == name);
        using var written = new StringWriter { NewLine = "\n" };
        var message = template.Replace("{Place}", value, StringComparison.Ordinal).Replace("{Value}", value, StringComparison.Ordinal);
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "Tributary.Test", 7, message, failure, (state, _) => state), null, written);
        return written.ToString();
    }
}
