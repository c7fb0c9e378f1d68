using System.Text;
using System.Text.Json.Nodes;

namespace Tributary.Campaigns;

/// <summary>A campaign as its merchant sees it.</summary>
/// <param name="State">What it is now: a scheduled campaign whose start has come is active, one past its end is ended.</param>
/// <param name="Version">The newest version, which <paramref name="Definition"/> is.</param>
public sealed record Campaign(
    long Id,
    string Name,
    CampaignState State,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    int Version,
    CampaignDefinition Definition,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <param name="EffectiveAt">Causes from here on are judged by it; null: from the campaign's beginning.</param>
/// <param name="CreatedBy">The actor, as in the audit log.</param>
public sealed record CampaignVersion(int Version, CampaignDefinition Definition, DateTimeOffset? EffectiveAt, string CreatedBy);

/// <param name="Versions">All of them, newest first.</param>
public sealed record CampaignHistory(Campaign Campaign, IReadOnlyList<CampaignVersion> Versions);

/// <summary>A change of a campaign; null members stay as they are.</summary>
/// <param name="Definition">Makes the next version, in effect from now on.</param>
/// <param name="EndsAt">A new end; only where the campaign has been scheduled or activated.</param>
/// <param name="Version">The version the caller has seen; another one now is refused. Null: whatever it is now.</param>
public sealed record CampaignChange(
    string? Name = null,
    CampaignDefinition? Definition = null,
    DateTimeOffset? EndsAt = null,
    int? Version = null);

/// <summary>A row of <c>campaigns</c> with its newest version, as Dapper reads it.</summary>
internal sealed record CampaignRow(
    long CampaignId,
    string Name,
    string State,
    DateTimeOffset? StartsAt,
    DateTimeOffset? EndsAt,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string Definition)
{
    /// <summary>To be selected from <c>campaigns c</c> and its version <c>v</c>, in this order.</summary>
    public const string Columns = """
        c.campaign_id, c.name, c.state, c.starts_at, c.ends_at, c.version, c.created_at, c.updated_at, v.definition::text as definition
        """;

    public CampaignState Kept => CampaignWords.States[State];

    public CampaignState At(DateTimeOffset now) => CampaignStates.At(Kept, StartsAt, EndsAt, now);

    public Campaign ToCampaign(DateTimeOffset now) =>
        new(CampaignId, Name, At(now), StartsAt, EndsAt, Version, Read(Definition), CreatedAt, UpdatedAt);

    /// <summary>As the audit log and the outbox show it.</summary>
    public JsonObject ToJson(bool withDefinition)
    {
        var json = new JsonObject
        {
            ["id"] = CampaignId,
            ["name"] = Name,
            ["state"] = State,
            ["startsAt"] = StartsAt?.UtcDateTime,
            ["endsAt"] = EndsAt?.UtcDateTime,
            ["version"] = Version,
        };
        if (withDefinition)
            json["definition"] = JsonNode.Parse(Definition);
        return json;
    }

    public static CampaignDefinition Read(string json) => CampaignJson.Parse(Encoding.UTF8.GetBytes(json)).Value;
}
