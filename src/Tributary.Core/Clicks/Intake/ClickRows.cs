using Npgsql;
using NpgsqlTypes;
using Tributary.Links;

namespace Tributary.Clicks.Intake;

/// <summary>Writes clicks as rows by binary COPY.</summary>
internal static class ClickRows
{
    public const string Columns = """
        program_id, click_id, link_id, referrer_id, form, channel, token, verdict, stands_for, visitor_id,
        visitor_key, visitor_from, agent_id, country, device, browser, system, address, page_host,
        page_path, referring_host, utm_source, utm_medium, utm_campaign, utm_term, utm_content, sub1, sub2,
        sub3, sub4, sub5, flags, batch
        """;

    private const string CopySql = $"copy clicks ({Columns}) from stdin (format binary)";

    private const string StageSql = $"copy shipped_clicks ({Columns}) from stdin (format binary)";

    public static async Task CopyAsync(
        NpgsqlConnection connection, IReadOnlyList<JudgedClick> clicks, long batch, bool staged, CancellationToken ct)
    {
        await using var import = await connection.BeginBinaryImportAsync(staged ? StageSql : CopySql, ct);
        foreach (var click in clicks)
            await WriteAsync(import, click, batch, ct);
        await import.CompleteAsync(ct);
    }

    private static async Task WriteAsync(NpgsqlBinaryImporter import, JudgedClick judged, long batch, CancellationToken ct)
    {
        var click = judged.Click;
        await import.StartRowAsync(ct);
        await import.WriteAsync(click.ProgramId, NpgsqlDbType.Bigint, ct);
        await import.WriteAsync(click.Id.Value, NpgsqlDbType.Uuid, ct);
        await import.WriteAsync(click.LinkId, NpgsqlDbType.Bigint, ct);
        await import.WriteAsync(click.ReferrerId, NpgsqlDbType.Bigint, ct);
        await import.WriteAsync(click.Form.Text(), NpgsqlDbType.Text, ct);
        await TextAsync(import, click.Channel, ct);
        await TextAsync(import, click.Token, ct);
        await import.WriteAsync(VerdictWords.Of(judged.Verdict), NpgsqlDbType.Text, ct);
        await IdAsync(import, judged.StandsFor, ct);
        await IdAsync(import, click.VisitorId, ct);
        await IdAsync(import, click.VisitorKey, ct);
        await import.WriteAsync(ClickWords.Of(click.VisitorFrom), NpgsqlDbType.Text, ct);
        await NumberAsync(import, click.AgentId, ct);
        await TextAsync(import, click.Country, ct);
        await TextAsync(import, click.Device, ct);
        await TextAsync(import, click.Browser, ct);
        await TextAsync(import, click.System, ct);
        await TextAsync(import, click.Address, ct);
        await TextAsync(import, click.PageHost, ct);
        await TextAsync(import, click.PagePath, ct);
        await TextAsync(import, click.ReferringHost, ct);
        foreach (var value in click.Parameters.Values)
            await TextAsync(import, value, ct);
        await import.WriteAsync((int)judged.Flags, NpgsqlDbType.Integer, ct);
        await import.WriteAsync(batch, NpgsqlDbType.Bigint, ct);
    }

    private static Task TextAsync(NpgsqlBinaryImporter import, string? value, CancellationToken ct) =>
        value is null ? import.WriteNullAsync(ct) : import.WriteAsync(value, NpgsqlDbType.Text, ct);

    private static Task IdAsync(NpgsqlBinaryImporter import, Guid? value, CancellationToken ct) =>
        value is { } id ? import.WriteAsync(id, NpgsqlDbType.Uuid, ct) : import.WriteNullAsync(ct);

    private static Task NumberAsync(NpgsqlBinaryImporter import, long? value, CancellationToken ct) =>
        value is { } number ? import.WriteAsync(number, NpgsqlDbType.Bigint, ct) : import.WriteNullAsync(ct);
}
