using System.Text.Json.Nodes;
using Npgsql;
using Tributary.Customers;
using Tributary.Storage;

namespace Tributary.Reporting;

/// <summary>The people that an explanation speaks of. Customers and referrers share one series of numbers.</summary>
internal sealed class Parties
{
    private const string CustomersSql = """
        select customer_id, merchant_id, attributes, deleted_at is not null
        from customers
        where program_id = $1 and customer_id = any($2)
        """;

    private const string ReferrersSql = """
        select referrer_id, key, name
        from referrers
        where program_id = $1 and referrer_id = any($2) and kind <> 'customer'
        """;

    private const string LinksSql = "select link_id, public_id, key from links where program_id = $1 and link_id = any($2)";

    private readonly Dictionary<long, Party> known = [];
    private readonly Dictionary<long, LinkExplained> links = [];

    public static async Task<Parties> LoadAsync(NpgsqlConnection connection, long programId, IEnumerable<long> ids, IEnumerable<long?> linkIds, CancellationToken ct)
    {
        var parties = new Parties();
        long[] asked = [.. ids.Distinct()];
        long[] askedLinks = [.. linkIds.OfType<long>().Distinct()];
        if (asked.Length == 0)
            return parties;
        var load = new LoadBatch(connection);
        load.Query(
            CustomersSql, row => parties.AddCustomer(row.GetInt64(0), row.TextOrNull(1), row.GetString(2), row.GetBoolean(3)),
            Param.Of(programId), Param.Of(asked));
        load.Query(
            ReferrersSql, row => parties.AddReferrer(row.GetInt64(0), row.TextOrNull(1), row.TextOrNull(2)),
            Param.Of(programId), Param.Of(asked));
        if (askedLinks.Length > 0)
        {
            load.Query(
                LinksSql, row => parties.links[row.GetInt64(0)] = new LinkExplained(row.GetInt64(0), row.GetString(1), row.GetString(2)),
                Param.Of(programId), Param.Of(askedLinks));
        }
        await load.RunAsync(ct);
        return parties;
    }

    public Party Of(long id) => known.TryGetValue(id, out var party) ? party : new Party(id, null, $"number {id}");

    public Party? Of(long? id) => id is { } number ? Of(number) : null;

    public LinkExplained? LinkOf(long? id) => id is { } number && links.TryGetValue(number, out var link) ? link : null;

    internal void AddCustomer(long id, string? merchantId, string attributes, bool deleted)
    {
        var name = deleted ? null : CustomerName.Of((JsonObject)JsonNode.Parse(attributes)!);
        known[id] = new Party(id, merchantId, name ?? (merchantId is null || deleted ? "a deleted customer" : $"customer {merchantId}"));
    }

    internal void AddReferrer(long id, string? key, string? name) =>
        known[id] = new Party(id, key, name ?? (key is null ? $"referrer {id}" : $"referrer {key}"));
}
