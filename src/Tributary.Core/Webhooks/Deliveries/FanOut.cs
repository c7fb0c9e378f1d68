using Tributary.Storage;

namespace Tributary.Webhooks.Deliveries;

/// <summary>An endpoint as far as it decides what it hears of.</summary>
internal sealed record Listener(long EndpointId, WebhookFormat Format, IReadOnlyList<string> Events);

/// <summary>Queues newly published events for the endpoints that ask for them, in the transaction that published them.</summary>
public sealed class FanOut
{
    internal const string ListenersSql = "select endpoint_id, format, events from webhook_endpoints where program_id = $1 and active";

    private const string InsertSql = """
        insert into deliveries (program_id, endpoint_id, event_id, position, name, party, state)
        select $1, d.endpoint_id, d.event_id, d.position, d.name, d.party, 'new'
        from (
          select distinct on (s.endpoint_id, s.name, v.party, case s.told_of when 'everycustomer' then 0 else e.event_id end, e.transaction_xid)
                 s.endpoint_id, e.event_id, p.position, s.name, v.party
          from published_events p
          join events e on e.program_id = p.program_id and e.event_id = p.event_id
          join unnest($3, $4, $5, $6) as s (endpoint_id, type, name, told_of) on s.type = e.type
          cross join lateral (
            select 0::bigint where s.told_of = 'event'
            union
            select c.customer_id
            from customers c
            where c.program_id = $1 and s.told_of <> 'event' and c.customer_id in (
              (e.data ->> 'recipientId')::bigint,
              case s.told_of when 'everycustomer' then e.customer_id end,
              case s.told_of when 'everycustomer' then e.referrer_id end)) v (party)
          where p.program_id = $1 and p.position > $2
          order by s.endpoint_id, s.name, v.party, case s.told_of when 'everycustomer' then 0 else e.event_id end, e.transaction_xid, p.position desc) d
        order by d.position
        on conflict (program_id, event_id, endpoint_id, name, party) do nothing
        """;

    private readonly Dictionary<WebhookFormat, IWebhookShape> shapes;

    public FanOut(IEnumerable<IWebhookShape> shapes) => this.shapes = shapes.ToDictionary(shape => shape.Format);

    /// <param name="after">The position up to which events are queued already.</param>
    /// <returns>Whether somebody may be told something.</returns>
    internal bool Add(LoadBatch write, long programId, long after, IReadOnlyList<Listener> listeners)
    {
        var wanted =
            (from listener in listeners
             let shape = shapes[listener.Format]
             from type in EventType.All
             from told in shape.NamesOf(type, listener.Events)
             select (listener.EndpointId, Type: type, told.Name, told.Of)).ToList();
        if (wanted.Count == 0)
            return false;
        write.Command(
            InsertSql, Param.Of(programId), Param.Of(after),
            Param.Of([.. wanted.Select(each => each.EndpointId)]), Param.Of([.. wanted.Select(each => each.Type)]),
            Param.Of([.. wanted.Select(each => each.Name)]), Param.Of([.. wanted.Select(each => Text(each.Of))]));
        return true;
    }

    internal static Listener Read(Npgsql.NpgsqlDataReader row) =>
        new(row.GetInt64(0), WebhookFormats.Parse(row.GetString(1)), row.GetFieldValue<string[]>(2));

    private static string Text(ToldOf of) => of switch
    {
        ToldOf.Event => "event",
        ToldOf.EveryCustomer => "everycustomer",
        ToldOf.Recipient => "recipient",
    };
}
