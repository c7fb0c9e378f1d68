using System.Data;
using System.Globalization;
using Npgsql;
using Tributary.Storage;

namespace Tributary.Ledger;

/// <summary>
/// Checks the invariants of the data on a live database (PR-3). It works programme by programme, each in one snapshot, and
/// lets the database add up: nothing is loaded as a whole. It only reads.
/// </summary>
public sealed class Doctor(Database database)
{
    /// <summary>How many things are named of what one check finds.</summary>
    private const int MostFindings = 10;

    /// <summary>Checks everything. It may take minutes on a large database: give it a connection without a time limit.</summary>
    public async Task<DoctorReport> RunAsync(IProgress<DoctorProgress>? progress, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var programs = await ProgramsAsync(connection, ct);
        var tally = new DoctorTally(MostFindings);
        foreach (var check in DoctorCheck.All)
            tally.Add(check.Name, check.Counted, 0, DoctorVerdict.Holds, []);
        foreach (var subject in SealSubject.All)
            tally.Add(SealsHold(subject), "sealed rows", 0, DoctorVerdict.Holds, []);
        for (var n = 0; n < programs.Count; n++)
        {
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
            var done = n;
            await CheckProgramAsync(
                connection, programs[n], tally, at => progress?.Report(new DoctorProgress(done, programs.Count, at)), ct);
        }
        progress?.Report(new DoctorProgress(programs.Count, programs.Count, "database"));
        await DoctorOfDatabase.CheckAsync(connection, tally, ct);
        return tally.ToReport();
    }

    /// <summary>Checks the data of one programme.</summary>
    public async Task<DoctorReport> RunAsync(long programId, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct);
        return await CheckAsync(connection, programId, ct);
    }

    /// <summary>Checks one programme as the connection sees it, in its transaction if it is in one.</summary>
    internal static async Task<DoctorReport> CheckAsync(NpgsqlConnection connection, long programId, CancellationToken ct)
    {
        var tally = new DoctorTally(MostFindings);
        await CheckProgramAsync(connection, programId, tally, _ => { }, ct);
        return tally.ToReport();
    }

    private static async Task CheckProgramAsync(
        NpgsqlConnection connection, long program, DoctorTally tally, Action<string> begin, CancellationToken ct)
    {
        foreach (var check in DoctorCheck.All)
        {
            begin(Label(program, check.Name));
            await ApplyAsync(connection, program, check, tally, ct);
        }
        foreach (var subject in SealSubject.All)
        {
            begin(Label(program, $"seals of {subject.Name}"));
            await VerifySealsAsync(connection, program, subject, tally, ct);
        }
    }

    private static async Task ApplyAsync(
        NpgsqlConnection connection, long program, DoctorCheck check, DoctorTally tally, CancellationToken ct)
    {
        var examined = 0L;
        var faults = new List<string>();
        var load = new LoadBatch(connection);
        load.Query(check.CountSql, row => examined = row.GetInt64(0), Param.Of(program));
        load.Query(
            $"select f.fault from ({check.FaultSql}) as f (fault) limit {MostFindings + 1}",
            row => faults.Add(Label(program, row.GetString(0))),
            Param.Of(program));
        await load.RunAsync(ct);
        tally.Add(check.Name, check.Counted, examined, DoctorVerdict.Broken, faults);
    }

    private static async Task VerifySealsAsync(
        NpgsqlConnection connection, long program, SealSubject subject, DoctorTally tally, CancellationToken ct)
    {
        var report = await SealVerification.VerifyAsync(connection, program, subject, ct);
        tally.Add(
            SealsHold(subject), "sealed rows", report.Members, DoctorVerdict.Broken,
            report.Fault is { } fault ? [Label(program, fault)] : []);
    }

    private static string SealsHold(SealSubject subject) => $"The seals of {subject.Name} hold from the first to the last";

    private static async Task<IReadOnlyList<long>> ProgramsAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        var programs = new List<long>();
        var load = new LoadBatch(connection);
        load.Query("select program_id from programs order by program_id", row => programs.Add(row.GetInt64(0)));
        await load.RunAsync(ct);
        return programs;
    }

    private static string Label(long program, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"programme {program}: {text}");
}

/// <summary>Adds up what the checks find over all programmes, a line for each check in the order in which they first ran.</summary>
internal sealed class DoctorTally(int mostFindings)
{
    private readonly List<DoctorLine> lines = [];

    /// <param name="ifFound">The verdict where anything was found.</param>
    public void Add(string check, string counted, long examined, DoctorVerdict ifFound, IReadOnlyList<string> findings)
    {
        var index = lines.FindIndex(line => line.Check == check);
        if (index < 0)
        {
            index = lines.Count;
            lines.Add(new DoctorLine(check, DoctorVerdict.Holds, 0, counted, []));
        }
        lines[index] = lines[index] with
        {
            Verdict = findings.Count > 0 ? ifFound : lines[index].Verdict,
            Examined = lines[index].Examined + examined,
            Findings = [.. lines[index].Findings.Concat(findings).Take(mostFindings)],
        };
    }

    public DoctorReport ToReport() => new([.. lines]);
}
