using System.Text.Json.Nodes;
using Dapper;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Programs;

/// <summary>What one unit was worth in another at a time.</summary>
/// <param name="Rate">Units of <paramref name="To"/> for one of <paramref name="From"/>, major units both, times 10^<paramref name="Scale"/>.</param>
/// <param name="Source">Who says so.</param>
public sealed record RecordedRate(
    long RateId, string From, string To, long Rate, int Scale, string Source, DateTimeOffset ValidAt, DateTimeOffset CreatedAt);

public sealed record NewExchangeRate(string? From, string? To, long Rate, int Scale, string? Source, DateTimeOffset? ValidAt = null);

/// <summary>The exchange rates of a programme. They are only ever added, so that every conversion can be repeated.</summary>
public sealed class ExchangeRates(Database database, Transactions transactions)
{
    private const int MostScale = 18;

    private const string Columns = "rate_id, from_unit, to_unit, rate, scale, source, valid_at, created_at";

    private const string InsertSql = $"""
        insert into exchange_rates (program_id, from_unit, to_unit, rate, scale, source, valid_at, created_at)
        values (@programId, @from, @to, @rate, @scale, @source, @validAt, @now)
        returning {Columns}
        """;

    /// <summary>Newest first; null units ask for any.</summary>
    public async Task<Page<RecordedRate>> ListAsync(long programId, string? from, string? to, PageRequest page, CancellationToken ct)
    {
        var sql = $"""
            select {Columns} from exchange_rates
            where program_id = @programId
            {Sql.When(page.After, "and rate_id < @before")}
            {Sql.When(from, "and from_unit = @from")}
            {Sql.When(to, "and to_unit = @to")}
            order by rate_id desc limit @most
            """;
        await using var connection = await database.OpenAsync(ct);
        var arguments = new { programId, before = page.After?.Id, from, to, most = page.Size + 1 };
        var rows = await connection.QueryAsync<RateRow>(new CommandDefinition(sql, arguments, cancellationToken: ct));
        return page.Cut([.. rows.Select(row => row.ToRate())], rate => new Cursor(rate.RateId, rate.RateId));
    }

    public async Task<Outcome<RecordedRate>> AddAsync(ReferralProgram program, NewExchangeRate wanted, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(wanted);
        if (Check(wanted) is { } refusal)
            return refusal;
        return await transactions.RunAsync(program.Id, caller, (tx, stop) => AddAsync(tx, wanted, stop), ct);
    }

    private static async Task<Outcome<RecordedRate>> AddAsync(Transaction tx, NewExchangeRate wanted, CancellationToken ct)
    {
        if (wanted.ValidAt > tx.Now + Limits.ClockSkew)
            return new Problem(ProblemCode.TimeOutOfRange, "A rate cannot be known before its time.", "validAt");
        var arguments = new
        {
            programId = tx.ProgramId,
            from = Unit.Parse(wanted.From!).Text,
            to = Unit.Parse(wanted.To!).Text,
            rate = wanted.Rate,
            scale = wanted.Scale,
            source = wanted.Source ?? "",
            validAt = wanted.ValidAt ?? tx.Now,
            now = tx.Now,
        };
        var made = (await tx.Connection.QuerySingleAsync<RateRow>(
            new CommandDefinition(InsertSql, arguments, cancellationToken: ct))).ToRate();
        tx.Audit("exchange_rate.added", $"exchange_rate:{made.RateId}", null, AuditOf(made));
        return made;
    }

    private static Problem? Check(NewExchangeRate wanted)
    {
        if (!Unit.TryParse(wanted.From, out var from))
            return new Problem(ProblemCode.InvalidValue, "Not a unit such as USD.", "from");
        if (!Unit.TryParse(wanted.To, out var to))
            return new Problem(ProblemCode.InvalidValue, "Not a unit such as USD.", "to");
        if (from == to)
            return new Problem(ProblemCode.InvalidValue, "A rate is between two units.", "to");
        if (wanted.Rate <= 0)
            return new Problem(ProblemCode.OutOfRange, "A rate is more than 0.", "rate");
        if (wanted.Scale is < 0 or > MostScale)
            return new Problem(ProblemCode.OutOfRange, $"The scale is 0 to {MostScale} decimals.", "scale");
        return wanted.Source?.Length > Limits.Text
            ? new Problem(ProblemCode.TooLong, $"At most {Limits.Text} characters.", "source")
            : null;
    }

    private static JsonObject AuditOf(RecordedRate rate) => new()
    {
        ["from"] = rate.From,
        ["to"] = rate.To,
        ["rate"] = rate.Rate,
        ["scale"] = rate.Scale,
        ["source"] = rate.Source,
        ["validAt"] = rate.ValidAt.ToString("O"),
    };

    private sealed record RateRow
    {
        public long RateId { get; init; }
        public required string FromUnit { get; init; }
        public required string ToUnit { get; init; }
        public long Rate { get; init; }
        public int Scale { get; init; }
        public required string Source { get; init; }
        public DateTimeOffset ValidAt { get; init; }
        public DateTimeOffset CreatedAt { get; init; }

        public RecordedRate ToRate() => new(RateId, FromUnit, ToUnit, Rate, Scale, Source, ValidAt, CreatedAt);
    }
}
