using Dapper;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Reporting.Support;

/// <summary>The requests of a dialect, kept for a while (debridge.md § 9).</summary>
public sealed class RequestLog(Database database, TimeProvider clock)
{
    private const string InsertSql = """
        insert into dialect_requests
          (program_id, code, at, endpoint, status, error_id, duration_ms, request_id, order_id, upstream_status, address, parameters)
        select $1, r.* from unnest($2::bigint[], $3::timestamptz[], $4::text[], $5::int[], $6::text[], $7::int[], $8::text[], $9::text[],
                                   $10::int[], $11::text[], $12::jsonb[]) as r
        """;

    private const string Columns = """
        program_id, code, at, endpoint, status, error_id, duration_ms, request_id, order_id, upstream_status, address, parameters::text as parameters
        """;

    private const string OfCodeSql = $"""
        select {Columns} from dialect_requests where program_id = @programId and code = @code order by request_no desc limit @most
        """;

    private const string ByIdSql = $"""
        select {Columns} from dialect_requests where program_id = @programId and request_id = @requestId limit 1
        """;

    private const string ErrorsSql = """
        select endpoint, coalesce(error_id, status::text) as error_id, count(*) filter (where at > @hourAgo) as last_hour,
               count(*) filter (where at > @dayAgo) as last_day, count(*) as last_week,
               (array_agg(request_id order by request_no desc))[1] as newest_request_id
        from dialect_requests
        where program_id = @programId and code = @code and at > @weekAgo and (status >= 400 or error_id is not null)
        group by endpoint, coalesce(error_id, status::text)
        order by max(request_no) desc
        limit 100
        """;

    private const string ProgramsSql = """
        select p.program_id, p.settings::text as settings from programs p
        where exists (select from dialect_requests r where r.program_id = p.program_id)
        """;

    private const string ForgetSql = """
        delete from dialect_requests r
        where r.program_id = @programId
          and (r.at < @oldest
               or r.request_no in (select n.request_no
                                   from (select d.request_no, row_number() over (partition by d.code order by d.request_no desc) as place
                                         from dialect_requests d where d.program_id = @programId) n
                                   where n.place > @most))
        """;

    /// <summary>Writes some at once.</summary>
    public async Task WriteAsync(IReadOnlyCollection<LoggedRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(requests);
        await using var connection = await database.OpenAsync(ct);
        foreach (var program in requests.GroupBy(request => request.ProgramId))
            await WriteAsync(connection, program.Key, [.. program], ct);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<LoggedRequest>> OfCodeAsync(long programId, long code, int most, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<LoggedRequest>(new CommandDefinition(OfCodeSql, new { programId, code, most }, cancellationToken: ct))).AsList();
    }

    public async Task<LoggedRequest?> FindAsync(long programId, string requestId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        return await connection.QuerySingleOrDefaultAsync<LoggedRequest>(
            new CommandDefinition(ByIdSql, new { programId, requestId }, cancellationToken: ct));
    }

    /// <summary>What went wrong under a code in the last seven days, by endpoint and kind; the last one first.</summary>
    public async Task<IReadOnlyList<RequestErrors>> ErrorsAsync(long programId, long code, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var arguments = new { programId, code, hourAgo = now.AddHours(-1), dayAgo = now.AddDays(-1), weekAgo = now.AddDays(-7) };
        await using var connection = await database.OpenAsync(ct);
        return (await connection.QueryAsync<RequestErrors>(new CommandDefinition(ErrorsSql, arguments, cancellationToken: ct))).AsList();
    }

    /// <summary>Forgets what is too old, and of each code what is beyond its quota; requests without a code share one.</summary>
    public async Task ForgetAsync(CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = (await connection.QueryAsync<(long Id, string Settings)>(new CommandDefinition(ProgramsSql, cancellationToken: ct))).AsList();
        await PerProgram.RunAsync(programs.Select(program => program.Id), async programId =>
        {
            var kept = Programs.SettingsPatch.Read(programs.Single(program => program.Id == programId).Settings).DeBridge.RequestLog;
            var arguments = new { programId, oldest = clock.GetUtcNow().AddDays(-kept.Days), most = kept.PerCode };
            await connection.ExecuteAsync(new CommandDefinition(ForgetSql, arguments, cancellationToken: ct));
        });
    }

    private static async Task WriteAsync(NpgsqlConnection connection, long programId, IReadOnlyList<LoggedRequest> requests, CancellationToken ct)
    {
        var load = new LoadBatch(connection);
        load.Command(
            InsertSql,
            Param.Of(programId),
            Param.Of([.. requests.Select(request => request.Code)]),
            Param.Of([.. requests.Select(request => request.At)]),
            Param.Of([.. requests.Select(request => (string?)request.Endpoint)]),
            Param.Of([.. requests.Select(request => request.Status)]),
            Param.Of([.. requests.Select(request => request.ErrorId)]),
            Param.Of([.. requests.Select(request => request.DurationMs)]),
            Param.Of([.. requests.Select(request => (string?)request.RequestId)]),
            Param.Of([.. requests.Select(request => request.OrderId)]),
            Param.Of([.. requests.Select(request => request.UpstreamStatus)]),
            Param.Of([.. requests.Select(request => request.Address)]),
            Param.Json([.. requests.Select(request => (string?)request.Parameters)]));
        await load.RunAsync(ct);
    }
}
