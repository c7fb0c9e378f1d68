using System.Net;
using Tributary.Reporting.Analytics;

namespace Tributary.Server.Tests.V1;

/// <summary>The native calls of analytics; what the numbers are is tested where they are counted.</summary>
public sealed class AnalyticsTests(V1Node node) : IClassFixture<V1Node>
{
    [Fact]
    public async Task Numbers_of_a_programme_a_referrer_and_a_link_are_told_with_their_groups()
    {
        var shop = await node.OpenShopAsync();
        var seeds = await Seeds.SowAsync(shop);
        await node.Get<Folding>().RunAsync(CancellationToken.None);
        var all = (await shop.Api.GetAsync("/analytics?groupBy=partner")).Ok();
        ((long)all["totals.leads"]!, (long)all["totals.conversions"]!).ShouldBe((1, 1));
        all["totals.revenue.0.currency"]!.ToString().ShouldBe("USD");
        ((long)all["totals.revenue.0.amount"]!).ShouldBe(4_000);
        ((long)all["groups.0.partner"]!).ShouldBe(seeds.Ann);
        all["series"]!.AsArray().Count.ShouldBe(30);
        all["totals.conversionRate"].ShouldBeNull();
        var links = (await shop.Api.GetAsync($"/analytics/links?referrerId={seeds.Ann}")).Ok();
        links["groups.0.linkId"].ShouldBeNull();
        ((long)links["groups.0.numbers.conversions"]!).ShouldBe(1);
        var link = (await shop.Api.GetAsync($"/links/{seeds.Link}/analytics?group_by=utm_source&interval=month")).Ok();
        ((long)link["totals.requests"]!).ShouldBe(0);
        link["groups"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("grouping=country", "grouping")]
    [InlineData("groupBy=colour", "groupBy")]
    [InlineData("interval=year", "interval")]
    [InlineData("from=20.11.2026", "from")]
    [InlineData("from=2026-11-20&to=2026-11-20", "to")]
    [InlineData("from=2020-01-01&to=2026-01-01", "from")]
    [InlineData("interval=hour&from=2020-01-01&to=2020-01-02", "from")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=5&limit=6", "limit")]
    [InlineData("referrerId=0x1", "referrerId")]
    public async Task CL_81_what_cannot_be_answered_is_refused_by_name(string query, string field)
    {
        var shop = await node.OpenShopAsync();
        var answer = await shop.Api.GetAsync($"/analytics?{query}");
        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer["field"]!.ToString().ShouldBe(field);
    }
}
