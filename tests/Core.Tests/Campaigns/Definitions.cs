using System.Text;
using Shouldly;
using Tributary.Campaigns;
using Tributary.Primitives;

namespace Tributary.Core.Tests.Campaigns;

/// <summary>Definitions for tests, written as the merchant writes them.</summary>
internal static class Definitions
{
    public static CampaignDefinition Parse(string json)
    {
        var outcome = CampaignJson.Parse(Encoding.UTF8.GetBytes(json));
        outcome.Succeeded.ShouldBeTrue(outcome.ToString());
        return outcome.Value;
    }

    public static Problem Refused(string json) => CampaignJson.Parse(Encoding.UTF8.GetBytes(json)).Problem;

    /// <summary>One step on every order, with the given lines and whatever else the step and the campaign say.</summary>
    public static CampaignDefinition OnOrders(string lines, string step = "", string campaign = "") => Parse($$"""
        {"steps":[{"trigger":"order"{{Member(step)}},"lines":[{{lines}}]}]{{Member(campaign)}}}
        """);

    public static string Percent(int ppm, string to = "referrer", string more = "", string line = "") => $$"""
        {"recipient":"{{to}}","amount":{"kind":"percent","ppm":{{ppm}}{{Member(more)}}}{{Member(line)}}}
        """;

    public static string Fixed(long minor, string currency = "USD", string to = "referrer", string line = "") => $$"""
        {"recipient":"{{to}}","amount":{"kind":"fixed","amount":{{minor}},"currency":"{{currency}}"}{{Member(line)}}}
        """;

    public static string Points(long points, string to = "referrer", string line = "") => $$"""
        {"recipient":"{{to}}","amount":{"kind":"points","points":{{points}}}{{Member(line)}}}
        """;

    private static string Member(string text) => text.Length == 0 ? "" : "," + text;
}
