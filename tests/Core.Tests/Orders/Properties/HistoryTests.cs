using FsCheck;
using FsCheck.Fluent;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>
/// money.md §9 through the engine: random histories of a shop, told to the reference model and to the product on a PostgreSQL.
/// A failing run is repeated with <c>TRIBUTARY_SEED</c>; <c>TRIBUTARY_LONG=1</c> runs ten times as many.
/// </summary>
public sealed class HistoryTests(ClassDatabase database) : IClassFixture<ClassDatabase>
{
    private const int Length = 25;

    [Fact]
    public async Task I1_to_I9_I12_I17_R9_orders_end_as_the_model_says_after_every_step()
    {
        await PropertyRun.EachAsync(ShopHistories.Of(Length), 40, async steps =>
        {
            var run = await HistoryRun.OpenAsync(database.Database);
            return await run.FaultAsync(steps);
        });
    }

    [Fact]
    public async Task I15_I19_neighbours_and_a_shift_in_time_change_no_amount()
    {
        await PropertyRun.EachAsync(ShopHistories.Of(Length), 10, async steps =>
        {
            var alone = await PictureAsync(steps, PropertyShop.Start, neighbour: false);
            var beside = await PictureAsync(steps, PropertyShop.Start, neighbour: true);
            var shifted = await PictureAsync(steps, PropertyShop.Start + TimeSpan.FromSeconds(98_765_432), neighbour: false);
            return alone != beside ? PropertyRun.Difference("beside another programme", alone, beside)
                : alone != shifted ? PropertyRun.Difference("shifted", alone, shifted)
                : null;
        });
    }

    [Theory]
    [InlineData("USD")]
    [InlineData("JPY")]
    [InlineData("KWD")]
    public async Task I17_the_largest_amounts_are_worked_or_refused_before_any_write(string currency)
    {
        var shop = await PropertyShop.OpenAsync(database.Database);
        var model = new ShopModel();
        ShopOperation[] operations =
        [
            new PlaceOrder("o0", 0, long.MaxValue, currency, Paid: true),
            new PlaceOrder("o1", 0, long.MaxValue, currency, Paid: true),
            new TakeBack("r0", "o0", long.MaxValue - 1, long.MaxValue, Tributary.Orders.RefundKind.Refund),
            new TakeBack("r1", "o0", 1, long.MaxValue, Tributary.Orders.RefundKind.Refund),
            new Reinstate("r0"), new Reinstate("r1"), new Amend("o0", 2, 1), new Amend("o0", 3, long.MaxValue), new PlaceOrder("o2", 1, long.MaxValue, currency, Paid: false),
            new Pay("o2"), new Pay("o1"),
        ];
        foreach (var operation in operations)
        {
            var before = await shop.Sight.HashAsync();
            var answer = await operation.InRealityAsync(shop);
            if (answer == "AmountOutOfRange")
                (await shop.Sight.HashAsync()).ShouldBe(before, operation.ToString());
            else
                operation.InModel(model, answer).ShouldBe(answer, operation.ToString());
            (await shop.Sight.StandingAsync()).ShouldBe(model.Standing(), operation.ToString());
        }
        (await shop.DoctorAsync()).ShouldBeNull();
    }

    private async Task<string> PictureAsync(IReadOnlyList<ShopStep> steps, DateTimeOffset start, bool neighbour)
    {
        var shop = await PropertyShop.OpenAsync(database.Database, start);
        var other = neighbour ? await PropertyShop.OpenAsync(database.Database, start) : null;
        var model = new ShopModel();
        foreach (var step in steps)
        {
            var operation = ShopHistories.Draw(step, model);
            operation.InModel(model, await operation.InRealityAsync(shop));
            if (other is not null)
                await ShopHistories.Draw(step with { A = step.C, B = step.A }, model).InRealityAsync(other);
        }
        return await shop.Sight.PictureAsync();
    }
}
