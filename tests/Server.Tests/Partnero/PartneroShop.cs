using System.Text;
using Dapper;
using Tributary.Programs;
using Tributary.Server.Tests.Gameball;

namespace Tributary.Server.Tests.Partnero;

/// <summary>One programme of a test, and a client of its API as Partnero's clients are.</summary>
internal sealed class PartneroShop(PartneroNode node, ReferralProgram program, string token, string publishable)
{
    public const string Short = "/v1/";
    public const string Long = "/partnero/v1/";

    public PartneroNode Node => node;

    public ReferralProgram Program { get; set; } = program;

    /// <summary>The host of the programme's pages.</summary>
    public string Site { get; set; } = "yoursite.com";

    public string Token => token;

    public string Publishable => publishable;

    public Task<Reply> GetAsync(string path, string? body = null) => SendAsync("GET", Short + path, body);

    public Task<Reply> PostAsync(string path, string? body = null, params (string Name, string Value)[] headers) =>
        SendAsync("POST", Short + path, body, headers);

    public Task<Reply> PutAsync(string path, string? body = null) => SendAsync("PUT", Short + path, body);

    public Task<Reply> DeleteAsync(string path, string? body = null) => SendAsync("DELETE", Short + path, body);

    /// <param name="target">From the first slash on, sent exactly as it is written.</param>
    public Task<Reply> SendAsync(string method, string target, string? body = null, params (string Name, string Value)[] headers) =>
        AskAsync(method, target, body, [.. headers, ("Authorization", "Bearer " + token)]);

    /// <summary>Without a key.</summary>
    public async Task<Reply> AskAsync(string method, string target, string? body = null, params (string Name, string Value)[] headers)
    {
        var answer = await Answer.AskAsync(
            node.Server, method, target, body is null ? null : Encoding.UTF8.GetBytes(body), body is null ? null : "application/json", headers);
        return new Reply(answer);
    }

    /// <summary>The native API, with the same key.</summary>
    public async Task<System.Text.Json.JsonElement> NativeAsync(string path)
    {
        var answer = await Answer.AskAsync(node.Server, "GET", "/api/v1/" + path, null, null, ("Authorization", "Bearer " + token));
        answer.Status.ShouldBe(200, answer.Text);
        return answer.Json;
    }

    /// <summary>The five metrics of a link, once they are these: on a busy machine a click comes a little later, by way of the spool.</summary>
    public async Task StatsShouldBeAsync(string link, string stats)
    {
        var seen = "";
        for (var round = 0; round < 100; round++)
        {
            seen = (await GetAsync("partner_referral_links/" + link)).Ok().GetProperty("stats").GetRawText();
            if (seen == stats)
                return;
            await Task.Delay(50);
        }
        seen.ShouldBe(stats);
    }

    /// <summary>Verdicts of the programme's clicks with their forms, in the order of their arrival, once there are so many.</summary>
    public async Task<IReadOnlyList<string>> ClicksAsync(int count, string columns = "verdict || ' ' || form")
    {
        await using var connection = await node.Server.Database.OpenAsync(default);
        var clicks = new List<string>();
        for (var round = 0; round < 100 && clicks.Count < count; round++)
        {
            if (round > 0)
                await Task.Delay(50);
            clicks = [.. await connection.QueryAsync<string>($"select {columns} from clicks where program_id = @program order by click_id", new { program = Program.Id })];
        }
        clicks.Count.ShouldBe(count);
        return clicks;
    }

    /// <summary>One number out of the programme's tables; <c>@program</c> is this one's.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await node.Server.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>(sql, new { program = Program.Id });
    }
}
