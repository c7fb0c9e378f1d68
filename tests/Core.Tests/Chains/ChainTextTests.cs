using System.Numerics;
using FsCheck.Fluent;
using Tributary.Chains;

namespace Tributary.Core.Tests.Chains;

/// <summary>Reading of addresses, hashes, ids, amounts and codes (debridge.md § 3 and 4.1).</summary>
public sealed class ChainTextTests
{
    private const string Tron = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    private const string Solana = "So11111111111111111111111111111111111111112";

    [Theory]
    [InlineData("0x0102030405060708090A0B0C0D0E0F1011121314", ChainFamily.Evm)]
    [InlineData("0102030405060708090a0b0c0d0e0f1011121314", ChainFamily.Evm)]
    [InlineData("0X0102030405060708090a0b0c0d0E0f1011121314", ChainFamily.Evm)]
    [InlineData("0x0102030405060708090A0b0c0d0e0f1011121314", null)]
    public void DB20_an_EVM_address_is_the_same_in_any_case(string text, ChainFamily? family)
    {
        ChainAddress.TryRead(text, family, out var canonical).ShouldBeTrue();
        canonical.ShouldBe("0x0102030405060708090a0b0c0d0e0f1011121314");
        ChainAddress.Bytes(canonical, family).ShouldBe([.. Enumerable.Range(1, 20).Select(n => (byte)n)]);
    }

    [Theory]
    [InlineData(Solana, "BpuIV/6rgYT7aH9jRhjANdrEOdwa6ztVmKDwAAAAAAE=")]
    [InlineData("11111111111111111111111111111111", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void DB22_a_Solana_address_is_its_bytes(string text, string base64)
    {
        ChainAddress.TryRead(text, ChainFamily.Solana, out var canonical).ShouldBeTrue();
        canonical.ShouldBe(text);
        Convert.ToBase64String(ChainAddress.Bytes(canonical, ChainFamily.Solana)).ShouldBe(base64);
    }

    [Fact]
    public void A_Tron_address_is_read_from_both_of_its_forms()
    {
        ChainAddress.TryRead(Tron, ChainFamily.Tron, out var own).ShouldBeTrue();
        var bytes = ChainAddress.Bytes(own, ChainFamily.Tron);
        bytes.Length.ShouldBe(21);
        bytes[0].ShouldBe((byte)65);
        ChainAddress.TryRead(Convert.ToHexString(bytes), ChainFamily.Tron, out var fromHex).ShouldBeTrue();
        fromHex.ShouldBe(Tron);
    }

    [Theory]
    [InlineData("0x01", ChainFamily.Evm)]
    [InlineData(Solana, ChainFamily.Evm)]
    [InlineData("So1111111111111111111111111111111111111111l", ChainFamily.Solana)]
    [InlineData("So1111111111111111111111111111111111111111O", ChainFamily.Solana)]
    [InlineData("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u", ChainFamily.Tron)]
    [InlineData("with blank", ChainFamily.Opaque)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_is_no_address_is_refused(string? text, ChainFamily? family) =>
        ChainAddress.TryRead(text, family, out _).ShouldBeFalse();

    [Fact]
    public void A_text_may_stand_for_addresses_of_several_chains()
    {
        ChainAddress.Candidates("0102030405060708090A0B0C0D0E0F1011121314")
            .ShouldBe(["0x0102030405060708090a0b0c0d0e0f1011121314", "0102030405060708090A0B0C0D0E0F1011121314"]);
        ChainAddress.Candidates(Solana).ShouldBe([Solana]);
    }

    [Fact]
    public void Ids_and_hashes_are_kept_in_one_form()
    {
        var hex = string.Concat(Enumerable.Range(0, 32).Select(n => n.ToString("X2", null)));
        ChainHash.TryReadOrderId(hex, out var id).ShouldBeTrue();
        id.ShouldBe("0x" + hex.ToLowerInvariant());
        ChainHash.Bytes(id).ShouldBe([.. Enumerable.Range(0, 32).Select(n => (byte)n)]);
        ChainHash.Shown(id, ChainFamily.Tron).ShouldBe(hex.ToLowerInvariant());
        ChainHash.Shown(id, ChainFamily.Evm).ShouldBe(id);
        ChainHash.TryReadOrderId(hex[2..], out _).ShouldBeFalse();
    }

    [Fact]
    public void A_Solana_signature_has_64_bytes()
    {
        var bytes = Enumerable.Range(0, 64).Select(n => (byte)(255 - n)).ToArray();
        var signature = Base58.Encode(bytes);
        ChainHash.TryRead(signature, ChainFamily.Solana, out var canonical).ShouldBeTrue();
        canonical.ShouldBe(signature);
        ChainHash.Bytes(canonical).ShouldBe(bytes);
        ChainHash.TryRead(signature[..40], ChainFamily.Solana, out _).ShouldBeFalse();
        ChainHash.TryRead("0x" + new string('a', 64), ChainFamily.Solana, out _).ShouldBeFalse();
    }

    [Fact]
    public void Base58_reads_back_what_it_wrote() =>
        ForAll.Of(
            Gen.ArrayOf(Gen.Choose(0, 255)).Select(bytes => bytes.Take(64).Select(one => (byte)one).ToArray()),
            bytes => bytes.Length == 0 || (Base58.TryDecode(Base58.Encode(bytes), out var back) && back.SequenceEqual(bytes)));

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("123456789012345678901")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639935")]
    public void DB22_amounts_of_up_to_78_digits_are_exact(string text)
    {
        ChainAmount.TryParse(text, out var amount).ShouldBeTrue();
        amount.ToString().ShouldBe(text);
        new BigInteger(amount.ToBytes(), isUnsigned: true, isBigEndian: true).ShouldBe(amount.Value);
        amount.ToBytes().Length.ShouldBe(32);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("01")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    [InlineData("115792089237316195423570985008687907853269984665640564039457584007913129639936")]
    public void What_is_no_amount_is_refused(string text) => ChainAmount.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("30830", 30830L)]
    [InlineData("030830", 30830L)]
    [InlineData("30830.0", 30830L)]
    [InlineData("31805.00", 31805L)]
    [InlineData("4294967295", 4294967295L)]
    [InlineData("0", null)]
    [InlineData("0.0", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void DB1_a_code_is_read_from_every_form_of_its_number(string? text, long? code)
    {
        ReferralNumber.TryRead(text, out var read).ShouldBeTrue();
        read?.Value.ShouldBe(code!.Value);
        read.HasValue.ShouldBe(code is not null);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("abc")]
    [InlineData("1.5")]
    [InlineData("4294967296")]
    [InlineData("99999999999999999999")]
    [InlineData("1e4")]
    [InlineData("1.")]
    [InlineData(".0")]
    [InlineData("+1")]
    [InlineData(" 1")]
    public void DB1_what_is_no_code_is_refused(string text) => ReferralNumber.TryRead(text, out _).ShouldBeFalse();

    [Fact]
    public void A_programmes_chain_takes_the_place_of_a_built_in_one()
    {
        ChainTable.Default.FamilyOf(7565164).ShouldBe(ChainFamily.Solana);
        ChainTable.Default.FamilyOf(99).ShouldBeNull();
        var table = ChainTable.With([new Chain(99, "Own", ChainFamily.Opaque), new Chain(1, "Mainnet", ChainFamily.Evm)]);
        table.FamilyOf(99).ShouldBe(ChainFamily.Opaque);
        table.Find(1)!.Name.ShouldBe("Mainnet");
    }
}
