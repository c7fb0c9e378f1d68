using System.Globalization;
using System.Numerics;
using Tributary.ChainOrders;

namespace Tributary.Server.Tests.DeBridge;

/// <summary>Orders of tests, each made from a number.</summary>
internal static class Sample
{
    public const long Ethereum = 1;
    public const long Polygon = 137;
    public const long Solana = 7565164;
    public const string Mint = "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v";
    public const string SolanaWallet = "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string Id(int number) => "0x" + number.ToString("x64", CultureInfo.InvariantCulture);

    /// <param name="what">Tells hashes of one order apart.</param>
    public static string Hash(int number, int what = 0) => "0x" + (what + 1).ToString("x8", CultureInfo.InvariantCulture) + number.ToString("x56", CultureInfo.InvariantCulture);

    public static string Wallet(int number) => "0x" + number.ToString("x40", CultureInfo.InvariantCulture);

    /// <summary>A minute after the one before.</summary>
    public static ChainOrderReport Order(int number, long? code = 30830) => new()
    {
        OrderId = Id(number),
        Code = code,
        CreatedAt = Start.AddMinutes(number),
        CreatedBlock = 19_000_000 + number,
        CreatedBlockHash = Hash(number, 90),
        CreationTransactionHash = Hash(number),
        Maker = Wallet(1_000 + number),
        Creator = Wallet(2_000 + number),
        Receiver = Wallet(3_000 + number),
        Give = new ChainSideReport { ChainId = Ethereum, Token = Wallet(7), Amount = 1_000_000 + number, Decimals = 6, Symbol = "USDC", Name = "USD Coin", LogoUri = "https://logos.example/usdc.svg" },
        Take = new ChainSideReport { ChainId = Polygon, Token = Wallet(8), Amount = BigInteger.Parse("123456789012345678901", CultureInfo.InvariantCulture) },
        PercentFee = 400,
        FixFee = 1_000_000_000_000_000,
        GiveUsd = 1_000_000L * (number + 1),
        TakeUsd = 990_000L * (number + 1),
        ProtocolFeeUsd = 40_000L + number,
    };

    public static ChainEventReport Event(int number, ChainOrderState state) => new()
    {
        OrderId = Id(number),
        State = state,
        TransactionHash = Hash(number, (int)state + 10),
        BlockNumber = 50_000_000 + number,
        BlockTimestamp = Start.AddMinutes(number).AddSeconds(30 * ((int)state + 1)),
        Initiator = Wallet(4_000 + number),
        Taker = state == ChainOrderState.Fulfilled ? Wallet(5_000 + number) : null,
    };
}
