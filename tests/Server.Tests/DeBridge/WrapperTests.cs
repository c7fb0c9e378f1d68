using System.Numerics;
using System.Text;
using System.Text.Json;
using Tributary.Chains;
using Tributary.Server.Api.DeBridge;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>Numbers, hashes and addresses to the byte (debridge.md § 3).</summary>
public sealed class WrapperTests
{
    private static readonly string Bytes32 = string.Join(',', Enumerable.Range(0, 32));

    [Theory]
    [InlineData("7565164", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABzb2w=", 29, "115,111,108")]
    [InlineData("123456789012345678901", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGsU6fgS82bDU=", 23, "6,177,78,159,129,47,54,108,53")]
    public void DB22_a_number_has_all_its_digits_unquoted(string digits, string base64, int zeros, string rest)
    {
        ChainAmount.TryParse(digits, out var amount).ShouldBeTrue();
        Written(json => json.WriteAmount("n", amount)).ShouldBe(
            $$$"""{"n":{"bytesValue":"{{{base64}}}","bytesArrayValue":"[{{{Zeros(zeros)}}}{{{rest}}}]","bigIntegerValue":{{{digits}}},"stringValue":"{{{digits}}}"}}""");
    }

    [Fact]
    public void DB22_the_greatest_number_and_nothing()
    {
        var most = ChainAmount.Most.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Written(json => json.WriteAmount("n", new ChainAmount(ChainAmount.Most))).ShouldContain($"\"bigIntegerValue\":{most},\"stringValue\":\"{most}\"");
        Written(json => json.WriteAmount("n", new ChainAmount(BigInteger.Zero))).ShouldEndWith("\"bigIntegerValue\":0,\"stringValue\":\"0\"}}");
        Written(json => json.WriteAmount("n", (ChainAmount?)null))
            .ShouldBe("""{"n":{"bytesValue":null,"bytesArrayValue":null,"bigIntegerValue":null,"stringValue":null}}""");
    }

    [Fact]
    public void DB22_a_hash()
    {
        var hash = "0x" + Convert.ToHexStringLower([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);
        Written(json => json.WriteHash("h", hash)).ShouldBe(
            $$$"""{"h":{"bytesValue":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","bytesArrayValue":"[{{{Bytes32}}}]","stringValue":"{{{hash}}}"}}""");
        Written(json => json.WriteHash("h", hash, ChainFamily.Tron)).ShouldEndWith($"\"stringValue\":\"{hash[2..]}\"}}}}");
        Written(json => json.WriteHash("h", (string?)null)).ShouldBe("""{"h":{"bytesValue":null,"bytesArrayValue":null,"stringValue":null}}""");
        Written(json => json.WriteHashOrNull("h", null, null)).ShouldBe("""{"h":null}""");
    }

    [Fact]
    public void DB22_the_signature_of_a_Solana_transaction_is_64_bytes()
    {
        const string signature = "2nBhEBYYvfaAe16UMNqRHre4YNSskvuYgx3M6E4JP1oDYvZEJHvoPzyUidNgNX5r9sTyN1J9UxtbCXy2rqYcuyuv";
        ChainHash.TryRead(signature, ChainFamily.Solana, out var hash).ShouldBeTrue();
        var wrapper = JsonDocument.Parse(Written(json => json.WriteHash("h", hash, ChainFamily.Solana))).RootElement.GetProperty("h");
        Convert.FromBase64String(wrapper.GetProperty("bytesValue").GetString()!).Length.ShouldBe(64);
        wrapper.GetProperty("stringValue").GetString().ShouldBe(signature);
    }

    [Theory]
    [InlineData(ChainFamily.Evm, "0x0102030405060708090a0b0c0d0e0f1011121314", "AQIDBAUGBwgJCgsMDQ4PEBESExQ=", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]")]
    [InlineData(
        ChainFamily.Solana, "So11111111111111111111111111111111111111112", "BpuIV/6rgYT7aH9jRhjANdrEOdwa6ztVmKDwAAAAAAE=",
        "[6,155,136,87,254,171,129,132,251,104,127,99,70,24,192,53,218,196,57,220,26,235,59,85,152,160,240,0,0,0,0,1]")]
    [InlineData(
        ChainFamily.Solana, "11111111111111111111111111111111", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]")]
    public void DB22_an_address(ChainFamily family, string text, string base64, string array)
    {
        ChainAddress.TryRead(text, family, out var address).ShouldBeTrue();
        Written(json => json.WriteAddress("a", address, family))
            .ShouldBe($$$"""{"a":{"Base64Value":"{{{base64}}}","bytesArrayValue":"{{{array}}}","stringValue":"{{{text}}}"}}""");
    }

    [Fact]
    public void DB22_a_Tron_address_has_21_bytes_and_its_own_text()
    {
        const string usdt = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
        ChainAddress.TryRead(usdt, ChainFamily.Tron, out var address).ShouldBeTrue();
        var written = Written(json => json.WriteAddress("a", address, ChainFamily.Tron));
        written.ShouldContain("\"bytesArrayValue\":\"[65,166,20,248,3,182,253,120,9,134,164,44,120,236,156,127,119,230,222,209,60]\"");
        written.ShouldEndWith($"\"stringValue\":\"{usdt}\"}}}}");
        Written(json => json.WriteAddress("a", "terra1abc", ChainFamily.Opaque)).ShouldContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("terra1abc")));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.000001")]
    [InlineData(1_500_000, "1.5")]
    [InlineData(12_345_678_900_000, "12345678.9")]
    [InlineData(100_000_000, "100")]
    public void DB22_dollars_have_no_zeros_behind_and_no_exponent(long millionths, string text) =>
        Written(json => json.WriteUsd("usd", millionths)).ShouldBe($$$"""{"usd":{{{text}}}}""");

    private static string Zeros(int count) => string.Concat(Enumerable.Repeat("0,", count));

    private static string Written(Action<Utf8JsonWriter> members) => Encoding.UTF8.GetString(DeBridgeJson.Write(members));
}
