using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Tributary.ChainOrders;
using Tributary.Programs;

namespace Tributary.Server.Demo;

/// <summary>
/// Three integrators of the demo programme and what users of theirs have ordered in the last two weeks. Every order goes through the
/// engine like one that a platform's back end reports, and telling it again changes nothing.
/// </summary>
internal static class DemoIntegrators
{
    /// <summary>Of the one that the guides ask for.</summary>
    public const long Code = 30830;

    private const int Orders = 240;
    private const int AtOnce = 4;
    private const int MinutesApart = 84;

    private static readonly (string Name, string ExternalId, long Code, int Share)[] Integrators =
        [("Acme Wallet", "acme", Code, 6), ("Northwind Swap", "northwind", 31805, 3), ("Blue Harbor", "blue-harbor", 32117, 1)];

    private static readonly Token[] Tokens =
    [
        new(1, "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48", "USDC", "USD Coin", 6, 1m),
        new(42161, "0xaf88d065e77c8cc2239327c5edb3a432268e5831", "USDC", "USD Coin", 6, 1m),
        new(8453, "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913", "USDC", "USD Coin", 6, 1m),
        new(137, "0xc2132d05d31c914a87c6611c10748aeb04b58e8f", "USDT", "Tether USD", 6, 1m),
        new(56, "0x55d398326f99059ff775485246999027b3197955", "USDT", "Tether USD", 18, 1m),
        new(1, "0x0000000000000000000000000000000000000000", "ETH", "Ether", 18, 3_100m),
        new(7565164, "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", "USDC", "USD Coin", 6, 1m),
    ];

    private static readonly ChainOrderState[] Unlocking = [ChainOrderState.Fulfilled, ChainOrderState.SentUnlock, ChainOrderState.ClaimedUnlock];
    private static readonly ChainOrderState[] Cancelling = [ChainOrderState.OrderCancelled, ChainOrderState.SentOrderCancel, ChainOrderState.ClaimedOrderCancel];

    public static async Task TellAsync(IServiceProvider services, ReferralProgram program, CancellationToken ct)
    {
        var register = services.GetRequiredService<IntegratorRegister>();
        foreach (var (name, externalId, code, _) in Integrators)
            await register.RegisterAsync(program, new NewIntegrator(name, externalId, Wallets: [Wallet(externalId)], Code: code), DemoProgram.Caller, ct);
        var orders = services.GetRequiredService<RecordChainOrder>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct };
        await Parallel.ForAsync(0, Orders, parallel, async (number, stop) =>
            await orders.ExecuteAsync(program, Order(number, now), ChainOrderSource.Native, boundTo: null, DemoProgram.Caller, stop));
    }

    /// <summary>Everything of an order follows from its number, but for its age.</summary>
    private static ChainOrderReport Order(int number, DateTimeOffset now)
    {
        var chance = new Draws(number);
        var integrator = Integrators.SelectMany(each => Enumerable.Repeat(each, each.Share)).ElementAt(chance.Below(10));
        var (give, take) = (Tokens[chance.Below(6)], Tokens[chance.Below(Tokens.Length)]);
        if (give.ChainId == take.ChainId)
            take = Tokens[^1];
        var dollars = 20 + (chance.Below(400) * chance.Below(30) * 0.75m);
        var created = now.AddMinutes(-3 - (MinutesApart * (Orders - 1 - number)));
        var maker = Wallet($"user {chance.Below(70)}");
        var id = Hash($"order {number}");
        return new ChainOrderReport
        {
            OrderId = id,
            Code = integrator.Code,
            CreatedAt = created,
            CreatedBlock = 21_000_000 + (number * 420),
            CreationTransactionHash = Hash($"created {number}"),
            Maker = maker,
            Creator = maker,
            Receiver = take.ChainId == 7565164 ? "9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM" : maker,
            Give = give.Side(dollars),
            Take = take.Side(dollars * 0.996m),
            PercentFee = give.Amount(dollars * 0.0004m),
            FixFee = 1_000_000_000_000_000,
            AffiliatePercent = integrator.Code == Code ? 300_000 : 100_000,
            AffiliateBeneficiary = Wallet(integrator.ExternalId),
            GiveUsd = (long)(dollars * 1_000_000),
            TakeUsd = (long)(dollars * 996_000),
            ProtocolFeeUsd = (long)(dollars * 400) + 1_500_000,
            Events = [.. Stages(number, chance.Below(20)).Select((state, step) => Event(id, number, state, created.AddSeconds(25 + (step * 340))))],
        };
    }

    /// <summary>The newest are open, a few are taken back, all others have gone their way.</summary>
    private static ChainOrderState[] Stages(int number, int chance) => (Orders - number) switch
    {
        1 => [],
        <= 4 => Unlocking[..1],
        <= 9 => Unlocking[..2],
        _ => chance == 0 ? Cancelling : Unlocking,
    };

    private static ChainEventReport Event(string orderId, int number, ChainOrderState state, DateTimeOffset at) => new()
    {
        OrderId = orderId,
        State = state,
        TransactionHash = Hash($"{state} {number}"),
        BlockNumber = 68_000_000 + (number * 300) + (int)state,
        BlockTimestamp = at,
        Taker = state == ChainOrderState.Fulfilled ? Wallet("solver") : null,
    };

    private static string Hash(string name) => "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("tributary demo " + name)));

    private static string Wallet(string name) => Hash("wallet " + name)[..42];

    private sealed record Token(long ChainId, string Address, string Symbol, string Name, int Decimals, decimal Price)
    {
        public BigInteger Amount(decimal dollars) => new BigInteger(dollars / Price * 1_000_000) * BigInteger.Pow(10, Decimals) / 1_000_000;

        public ChainSideReport Side(decimal dollars) =>
            new() { ChainId = ChainId, Token = Address, Amount = Amount(dollars), Decimals = Decimals, Symbol = Symbol, Name = Name };
    }

    /// <summary>Numbers that look drawn and are always the same.</summary>
    private sealed class Draws(int number)
    {
        private readonly byte[] bytes = SHA256.HashData(Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)));
        private int at;

        public int Below(int most) => BitConverter.ToUInt16(bytes, 2 * at++) % most;
    }
}
