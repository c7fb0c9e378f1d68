using System.Text.Json.Nodes;
using Npgsql;

namespace Tributary.Storage;

/// <summary>One running operation: its connection, what it has decided to write, and what it will tell the outbox and the audit log.</summary>
public sealed class Transaction
{
    /// <summary>How many record numbers one draw from the sequence gives.</summary>
    public const int NumbersPerBlock = 32;

    public const string DrawNumbersSql = "select nextval('record_numbers')";

    private readonly Outbox outbox = new();
    private readonly AuditTrail audit = new();
    private long nextNumber;
    private int numbersLeft;

    internal Transaction(NpgsqlConnection connection, long programId, Caller caller, DateTimeOffset now, PartyNumbers partyNumbers)
    {
        PartyNumbers = partyNumbers;
        Connection = connection;
        ProgramId = programId;
        Caller = caller;
        Now = now;
    }

    public NpgsqlConnection Connection { get; }

    public long ProgramId { get; }

    public Caller Caller { get; }

    /// <summary>The moment of the operation: its arrival.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Numbers for new customers.</summary>
    internal PartyNumbers PartyNumbers { get; }

    /// <summary>Sent together with the commit.</summary>
    public WriteBatch Writes { get; } = new();

    /// <summary>What the operation moves in the counters of leads, orders and rewards.</summary>
    internal OutcomeTally Outcomes { get; } = new();

    /// <summary>Writes what a person, a key or a job did into the append-only audit log.</summary>
    /// <param name="before">State before, secrets left out; null for a creation.</param>
    public void Audit(string verb, string subject, JsonNode? before, JsonNode? after, string? reason = null) =>
        audit.Add(new AuditEntry(verb, subject, before?.ToJsonString(), after?.ToJsonString(), reason));

    /// <summary>Tells the outbox that something happened; see the closed list of types in <see cref="EventType"/>.</summary>
    public void Raise(string type, string subject, JsonObject data, long? customerId = null, long? referrerId = null, long? orderKey = null) =>
        outbox.Add(new RaisedEvent(type, subject, customerId, referrerId, orderKey, data.ToJsonString()));

    /// <summary>A number for an order, refund, transfer or reward: unique on the server, rising within a programme's history.</summary>
    public async ValueTask<long> NextNumberAsync(CancellationToken ct)
    {
        if (numbersLeft == 0)
        {
            await using var command = new NpgsqlCommand(DrawNumbersSql, Connection);
            OfferNumbers((long)(await command.ExecuteScalarAsync(ct))!);
        }
        return TakeNumber();
    }

    /// <summary>Makes sure that the next <paramref name="count"/> numbers need no round trip, at most a block.</summary>
    internal bool HasNumbers(int count) => numbersLeft >= count;

    /// <summary>A block drawn by the operation's own first round trip.</summary>
    internal void OfferNumbers(long first)
    {
        nextNumber = first;
        numbersLeft = NumbersPerBlock;
    }

    internal long TakeNumber()
    {
        if (numbersLeft == 0)
            throw new InvalidOperationException("No number was drawn.");
        numbersLeft--;
        return nextNumber++;
    }

    /// <summary>Whether the outbox got something by the commit.</summary>
    internal bool HasRaised { get; private set; }

    internal Task CommitAsync()
    {
        HasRaised = !outbox.IsEmpty;
        Outcomes.WriteTo(this);
        outbox.WriteTo(this);
        audit.WriteTo(this);
        return Writes.CommitAsync(Connection);
    }
}
