using System.Globalization;
using System.Text;

namespace Tributary.Server.Tests.Gameball.Wire;

/// <summary>
/// Bodies that a JSON parser must refuse, must take, or may do either with, in the manner of the public conformance suites:
/// every kind of broken structure, number, string and encoding.
/// </summary>
internal static class JsonCases
{
    /// <summary>No JSON at all.</summary>
    public static IEnumerable<byte[]> Malformed()
    {
        foreach (var text in MalformedTexts())
            yield return Encoding.UTF8.GetBytes(text);
        foreach (var text in InEveryPlace(BadValues()))
            yield return Encoding.UTF8.GetBytes(text);
        foreach (var bytes in InvalidUtf8())
            yield return [.. "{\"customerId\":\""u8, .. bytes, .. "\"}"u8];
        yield return Encoding.Unicode.GetBytes("{\"customerId\":\"a\"}");
        yield return Encoding.BigEndianUnicode.GetBytes("{\"customerId\":\"a\"}");
        yield return [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes("{}")];
        yield return [0x00];
        yield return [.. "{\"customerId\":\"a\""u8, 0x00, .. "}"u8];
        yield return Encoding.UTF8.GetBytes(Nested("[", "]", 33));
        yield return Encoding.UTF8.GetBytes(Nested("{\"a\":", "}", 33, "1"));
        yield return Encoding.UTF8.GetBytes(new string('[', 100_000));
        yield return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 50_000)));
    }

    /// <summary>Objects that any parser takes; a reader may still refuse what they hold.</summary>
    public static IEnumerable<byte[]> WellFormed()
    {
        foreach (var text in InEveryPlace(GoodValues()))
            yield return Encoding.UTF8.GetBytes(text);
        yield return [0xEF, 0xBB, 0xBF, .. "{\"customerId\":\"with a byte order mark\"}"u8];
        yield return "{ }"u8.ToArray();
        yield return "\t\r\n {\"customerId\" : \"blanks\" } \r\n"u8.ToArray();
        yield return "{\"\":0}"u8.ToArray();
        yield return "{\"a\\u0062c\":1}"u8.ToArray();
        yield return Encoding.UTF8.GetBytes("{\"x\":" + Nested("[", "]", 31) + "}");
    }

    private static IEnumerable<string> MalformedTexts() =>
    [
        "{", "}", "[", "]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{,\"a\":1}", "{\"a\":1,,\"b\":2}",
        "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":'b'}", "{1:1}", "{null:1}", "{\"a\":1}}", "{\"a\":1}{\"b\":2}",
        "{\"a\":1} x", "{\"a\":1}#", "{\"a\":1}/**/", "{/**/\"a\":1}", "{\"a\":1 // c\n}", "{\"a\"::1}", "{\"a\":b}", "{\"a\":[}",
        "{\"a\":{]}", "[1,2", "[1,]", "[,1]", "[1,,2]", "[1 2]", "[\"a\"", "[\"a", "[\"a\\", "[1:2]", "[\"\":1]", "<html>", "customerId=1",
        "\u00A0{}", "{}\u00A0", "\uFEFF\uFEFF{}", "*", "&", "'a'", "{\"a\":\"b\"]", "{\"a\":1]", "[}", "(1)", "{\"customerId\":",
        "undefined", "{\"a\":undefined}", "{\"customerId\":\"a\"}\u0000", "\u000C{}",
    ];

    private static IEnumerable<string> BadValues() =>
    [
        "+1", "-", "--1", "01", "-01", "1.", ".5", "-.5", "1e", "1e+", "1E-", "1.e1", "1.5e", "0x10", "0b1", "1_000", "1,5", "NaN", "-NaN",
        "Infinity", "-Infinity", "+Infinity", "nan", "inf", "1eE2", "1+2", "1/2", "- 1", "1 000.0", "9.e+", "0e", "0E+", "0.3e", "1ea",
        "\uFF11", "True", "FALSE", "Null", "nul", "tru", "fals", "truee", "nulll", "\"\\x41\"", "\"\\u12\"", "\"\\u00G0\"", "\"\\uD83D\\u\"",
        "\"\\a\"", "\"\\'\"", "\"\\0\"", "\"\t\"", "\"\n\"", "\"\r\"", "\"\u0001\"", "\"\u001F\"", "\"a", "a\"", "\"\\\"", "\"\\\\\\\"",
        "\"\\\u00e9\"", "\"\\U0041\"", "`a`", "\"a\"b", "\"a\" \"b\"", "[\"\\u\"]", "{\"a\":\"\\u00A\"}",
    ];

    private static IEnumerable<string> GoodValues() =>
    [
        "null", "true", "false", "0", "-0", "0.0", "-0.0", "1", "-1", "0e1", "0e+1", "0E-1", "1E22", "1e-2", "1e400", "-1e400", "1e-400",
        "0.4e00669999999999999999999999999999999999999999999999999999999999999999999999969999999006", "1.5e+9999", "123456789012345678901234567890",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "19.990000000000002", "0.1", "100.0", "-1.000000000000000001",
        "\"\"", "\" \"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0060\\u012a\\u12AB\"", "\"\\uD801\\udc37\"", "\"\\ud83d\\ude39\\ud83d\\udc8d\"",
        "\"\\u0000\"", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\uD800\"", "\"\\uDC00\\uD800\"", "\"\\uD83Dx\"", "\"\\uD83D\\n\"", "\"\\u0022\"",
        "\"\\u005C\"", "\"\\\\u0000\"", "\"\\\\uD800\"", "\"\\u200B\"", "\"\\u2028\\u2029\"", "\"\u2028\u2029\"", "\"\u007F\"", "\"\u0080\"", "\"\uFDD0\"",
        "\"\uFFFF\"", "\"\\uFFFE\"", "\"\u202Etxt.exe\"", "\"\uD83D\uDE00\"", "\"\u0130\u0131iI\"", "\"e\u0301\u00e9\"", "\"\u041Epple\"",
        "\"100\"", "\"1e400\"", "\"-0\"", "\"NaN\"", "\"2024-13-45T99:99:99Z\"", "\"0001-01-01T00:00:00\"", "\"<script>alert(1)</script>\"",
        "\"'; drop table customers; --\"", "\"" + new string('x', 5000) + "\"", "[]", "[[]]", "[null]", "[1,\"a\",{}]", "[[[[]]]]", "{}", "{\"a\":{}}",
        "{\"a\":[{}]}", "{\"\":{\"\":\"\"}}", "[1e400]", "{\"a\":1e400}", "{\"\\u0000\":1}", "{\"\\uD800\":1}", "[\"\\uDC00\"]",
    ];

    private static IEnumerable<byte[]> InvalidUtf8() =>
    [
        [0xFF], [0xFE], [0x80], [0xBF], [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xC3], [0xE2, 0x82],
        [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xE9],
    ];

    /// <summary>The value alone, in an unknown member, in a list, and as each kind of known member.</summary>
    private static IEnumerable<string> InEveryPlace(IEnumerable<string> values)
    {
        string[] places =
        [
            "{{\"unknown\":{0}}}", "{{\"customerId\":{0}}}", "{{\"customerId\":\"t\",\"email\":{0},\"guest\":false}}",
            "{{\"customerId\":\"t\",\"guest\":{0}}}", "{{\"customerId\":\"t\",\"referrerCode\":{0}}}", "{{\"customerId\":\"t\",\"customerAttributes\":{0}}}",
            "{{\"customerId\":\"t\",\"customerAttributes\":{{\"custom\":{0},\"totalSpent\":1}}}}", "{{\"customerId\":\"t\",\"totalSpent\":{0}}}",
            "{{\"customerId\":\"t\",\"joinDate\":{0},\"devices\":[]}}", "{{\"customerId\":\"t\",\"devices\":{0}}}",
            "{{\"customerId\":\"t\",\"orderId\":\"o\",\"totalPaid\":{0}}}", "{{\"customerId\":\"t\",\"orderId\":{0},\"totalPaid\":1}}",
            "{{\"customerId\":\"t\",\"orderId\":\"o\",\"totalPaid\":1,\"lineItems\":{0}}}",
            "{{\"customerId\":\"t\",\"orderId\":\"o\",\"totalPaid\":1,\"extra\":{0}}}", "{{\"customerId\":\"t\",\"events\":{0}}}",
            "{{\"customerId\":\"t\",\"events\":{{\"visit\":{0}}}}}", "{{\"customerId\":\"t\",\"refundTransactionId\":\"r\",\"reverseTransactionId\":{0}}}",
        ];
        foreach (var value in values)
            foreach (var place in places)
                yield return string.Format(CultureInfo.InvariantCulture, place, value);
    }

    private static string Nested(string open, string close, int depth, string inside = "") =>
        string.Concat(Enumerable.Repeat(open, depth)) + inside + string.Concat(Enumerable.Repeat(close, depth));
}
