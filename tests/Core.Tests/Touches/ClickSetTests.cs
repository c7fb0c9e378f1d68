using FsCheck;
using FsCheck.Fluent;
using Tributary.Clicks;
using Tributary.Programs;
using Tributary.Signups;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Touches;

/// <summary>CL-93 on the database: what a visitor's clicks decide depends on the set of those that count.</summary>
public sealed class ClickSetTests(PostgresFixture postgres)
{
    private const int Cases = 25;
    private static readonly string[] Partners = ["A", "B", "C"];
    private static readonly string[] Useless = ["bot", "velocity", "paid_ads", "link_paused"];

    private sealed record Visit(string Partner, int Minute, string Verdict);

    private static readonly Gen<Visit> Valid =
        from partner in Gen.Elements(Partners)
        from minute in Gen.Choose(-40 * 1440, 60)
        select new Visit(partner, minute, "valid");

    private static readonly Gen<Visit> Invalid =
        from partner in Gen.Elements(Partners)
        from minute in Gen.Choose(-40 * 1440, 60)
        from verdict in Gen.Elements(Useless)
        select new Visit(partner, minute, verdict);

    [Theory]
    [InlineData(ClickModel.Last)]
    [InlineData(ClickModel.First)]
    public async Task CL93_order_of_storing_and_invalid_additions_change_nothing(ClickModel model)
    {
        await using var shop = await TouchShop.OpenAsync(postgres, settings => settings with { ClickModel = model });
        ForAll.Of(
            from valid in Gen.ListOf(Valid)
            from invalid in Gen.ListOf(Invalid)
            from shuffled in Gen.Shuffle(valid.Take(8).Concat(invalid.Take(16)).ToArray())
            select (Valid: valid.Take(8).ToArray(), All: shuffled),
            c => HoldsAsync(shop, model, c.Valid, c.All).GetAwaiter().GetResult(),
            Cases);
    }

    private static async Task<bool> HoldsAsync(TouchShop shop, ClickModel model, Visit[] valid, Visit[] all)
    {
        var plain = await SignUpAsync(shop, valid);
        var more = await SignUpAsync(shop, all);
        var inside = valid.Where(visit => visit.Minute is <= 0 and >= -30 * 1440).ToList();
        var expected = inside.Count == 0 ? null
            : (model == ClickModel.Last ? inside.MaxBy(visit => visit.Minute) : inside.MinBy(visit => visit.Minute))!.Partner;
        var isTie = inside.GroupBy(visit => visit.Minute).Any(same => same.Count() > 1);
        return isTie || (plain == more && plain == (expected is null ? null : expected + " click"));
    }

    private static async Task<string?> SignUpAsync(TouchShop shop, IEnumerable<Visit> visits)
    {
        var visitor = ClickId.New(shop.Day0).Value;
        foreach (var visit in visits)
            await shop.ClickAsync(visit.Partner, visit.Minute / 1440.0, visitor, visit.Verdict);
        await shop.SignUpAsync($"k{visitor}", new ReferralClaim { VisitorId = visitor.ToString() });
        return await shop.ReferrerOfAsync($"k{visitor}");
    }
}
