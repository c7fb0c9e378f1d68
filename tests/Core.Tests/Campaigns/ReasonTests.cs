using System.Text.Json.Nodes;
using Shouldly;
using Tributary.Campaigns;
using Xunit;

namespace Tributary.Core.Tests.Campaigns;

public sealed class ReasonTests
{
    private static readonly (string, string)[] AllFacts =
    [
        ("starts_at", "2026-11-20T12:00:00Z"), ("ended_at", "2026-11-20T12:00:00Z"), ("winner", "Other"), ("group", "g"), ("winner_pays", ""),
        ("pays", "1.00 USD"), ("kind", "once"), ("length", "1"), ("trigger", "lead"), ("field", "total_paid"), ("operator", "exists"),
        ("value", "true"), ("found", ""), ("minimum", "5"), ("base", "4"), ("unit", "USD"), ("currency", "EUR"), ("rate", "1 %"), ("most", "3"),
        ("period", "month"), ("limit_unit", "points:points"),
    ];

    [Fact]
    public void Every_reason_has_a_word_a_sentence_and_survives_being_kept()
    {
        var words = new HashSet<string>();
        foreach (var code in Enum.GetValues<ReasonCode>())
        {
            var reason = Reason.Of(code, AllFacts);

            words.Add(reason.Text).ShouldBeTrue();
            reason.Text.ShouldMatch("^[a-z]+(_[a-z]+)*$");
            CampaignExplanation.Sentence("Summer", reason).ShouldMatch("^“Summer”: .+\\.$");
            var kept = Reason.FromJson((JsonObject)JsonNode.Parse(reason.ToJson().ToJsonString())!);
            kept!.Code.ShouldBe(code);
            kept.Facts.ShouldBe(reason.Facts);
        }
    }

    [Fact]
    public void A_word_of_others_is_no_reason_of_ours() => Reason.FromJson(new JsonObject { ["code"] = "unknown_code" }).ShouldBeNull();
}
