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

    /// <summary>One number out of the programme's tables; <c>@program</c> is this one's.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await node.Server.Database.OpenAsync(default);
        return await connection.ExecuteScalarAsync<long>(sql, new { program = Program.Id });
    }
}
