using FsCheck;
using FsCheck.Fluent;
using Tributary.Orders;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>
/// R10, I7: the events of one order, delivered in any order and more than once. The sender delivers again what came too early.
/// </summary>
public sealed class PermutationTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    private const int Passes = 4;

    [Fact]
    public async Task I7_R10_any_permutation_of_an_orders_events_ends_alike()
    {
        var draws = Gen.Choose(0, int.MaxValue).ArrayOf(24);
        await PropertyRun.EachAsync(draws, 12, async numbers =>
        {
            if (numbers.Count < 24)
                return null;
            var events = EventsOf(numbers);
            var first = await EndAsync(events);
            for (var n = 0; n < 3; n++)
            {
                var delivered = events.Concat(events.Where((_, i) => numbers[i] % 3 == n))
                    .OrderBy(one => HashCode(one, numbers[12 + n])).ToList();
                if (await EndAsync(delivered) is var end && end != first)
                    return PropertyRun.Difference($"in turn:\n{string.Join('\n', events)}\nas delivered:\n{string.Join('\n', delivered)}\n", first, end);
            }
            return null;
        });
    }

    private static uint HashCode(ShopOperation one, int salt) =>
        one.ToString()!.Aggregate((uint)salt, (hash, letter) => unchecked((hash ^ letter) * 16_777_619));

    /// <summary>Refunds together stay within every version's total; one without an amount comes without amendments and reinstatements.</summary>
    private static List<ShopOperation> EventsOf(IReadOnlyList<int> n)
    {
        var most = 100 + n[0] % 2_000;
        var currency = ShopRules.Currencies[n[1] % 3];
        var open = n[2] % 2 == 0;
        var events = new List<ShopOperation> { new PlaceOrder("o", 0, most + n[3] % 900, currency, Paid: !open) };
        if (open)
            events.Add(new Pay("o"));
        if (n[4] % 3 == 0)
        {
            events.AddRange([new TakeBack("a", "o", 1 + n[5] % 80, null, RefundKind.Refund), new TakeBack("b", "o", null, null, RefundKind.Chargeback)]);
            return events;
        }
        events.Add(new Amend("o", 2, most + n[6] % 900));
        if (n[7] % 2 == 0)
            events.Add(new Amend("o", 3, most));
        events.Add(new TakeBack("a", "o", 1 + n[5] % (most / 2), null, RefundKind.Refund));
        events.Add(new TakeBack("b", "o", 1 + n[8] % (most / 2), n[9] % most, RefundKind.Refund));
        if (n[10] % 2 == 0)
            events.Add(new Reinstate(n[10] % 4 == 0 ? "a" : "b"));
        if (n[11] % 3 > 0)
            events.Add(new TakeBack("c", "o", null, null, RefundKind.Cancel));
        if (n[11] % 3 > 1)
            events.Add(new Reinstate("c"));
        return events;
    }

    private async Task<string> EndAsync(IReadOnlyList<ShopOperation> delivered)
    {
        var shop = await PropertyShop.OpenAsync(database.Database);
        IReadOnlyList<ShopOperation> left = delivered;
        for (var pass = 0; pass < Passes && left.Count > 0; pass++)
        {
            var again = new List<ShopOperation>();
            foreach (var one in left)
            {
                if (await one.InRealityAsync(shop) is "NotFound" or "IllegalTransition")
                    again.Add(one);
            }
            left = again;
        }
        (await shop.DoctorAsync()).ShouldBeNull();
        return await shop.Sight.EndAsync();
    }
}
