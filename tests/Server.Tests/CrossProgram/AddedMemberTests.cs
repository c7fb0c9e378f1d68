using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Dapper;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>A body sets what its route says and nothing else, whatever columns a caller guesses.</summary>
public sealed class AddedMemberTests(Neighbours neighbours) : IClassFixture<Neighbours>
{
    private static readonly string[] Guessed = ["programId", "program_id", "status", "balance", "role", "approvedAt", "ProgramId", "__proto__"];

    /// <summary>Some of Partnero's calls have a <c>status</c> of their own.</summary>
    private static readonly string[] PartneroGuessed = ["programId", "program_id", "referrer_id", "balance", "role", "approvedAt", "createdAt", "state", "version"];

    private const string PartneroRoot = "/v1/";

    [Fact]
    public async Task N14_the_native_API_refuses_members_that_a_body_does_not_have_and_changes_nothing()
    {
        var named = neighbours.Named;
        var before = await neighbours.ImageAsync(named);
        var asked = NativeCases.All.Where(each => each.Body is not null).ToList();
        asked.Count.ShouldBeGreaterThan(30);
        foreach (var each in asked)
        {
            var body = JsonNode.Parse(named.Name(each.Body!, named))!.AsObject();
            foreach (var member in Guessed)
            {
                var more = body.DeepClone().AsObject();
                more[member] = neighbours.Twin.Program.PublicId;
                (await AskAsync(each, named, more)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_member", member);
            }
            foreach (var parent in body.Where(member => member.Value is JsonObject).Select(member => member.Key).ToList())
            {
                var more = body.DeepClone().AsObject();
                more[parent]!["approvedAt"] = "2026-01-01T00:00:00Z";
                (await AskAsync(each, named, more)).ShouldBeProblem(HttpStatusCode.UnprocessableEntity, "unknown_member", $"{parent}.approvedAt");
            }
        }
        (await neighbours.ImageAsync(named)).ShouldBe(before);
    }

    [Fact]
    public async Task N14_Partneros_calls_pass_over_members_that_they_do_not_have()
    {
        var (named, twin) = (neighbours.Named, neighbours.Twin);
        var before = await neighbours.ImageAsync(twin);
        var changes = PartneroCases.All.Where(each => each.Method == "PUT" && each.Body?.Contains("\"New\"", StringComparison.Ordinal) == true
            && !each.Target.StartsWith("customer_referral_links", StringComparison.Ordinal)).ToList();
        changes.Count.ShouldBeGreaterThan(5);
        foreach (var each in changes)
        {
            var body = JsonNode.Parse(named.Name(each.Body!, named))!.AsObject();
            (await AskAsync(each, named, body, PartneroRoot)).Status.ShouldBe(HttpStatusCode.OK, each.ToString());
            var plain = await StateAsync(named);
            foreach (var member in PartneroGuessed)
                body[member] = member.EndsWith('t') ? "2026-01-01T00:00:00Z" : twin.Program.Id;
            (await AskAsync(each, named, body, PartneroRoot)).Status.ShouldBe(HttpStatusCode.OK, each.ToString());
            (await StateAsync(named)).ShouldBe(plain, each.ToString());
        }
        var made = JsonNode.Parse("""{"id":"added","email":"added@example.com"}""")!.AsObject();
        foreach (var member in PartneroGuessed)
            made[member] = twin.Program.Id;
        (await AskAsync(new RouteCase("POST partners", ForStrangers.OwnThings, "partners"), named, made, PartneroRoot)).Status.ShouldBe(HttpStatusCode.Created);
        await using var connection = await neighbours.Node.Server.Database.OpenAsync(CancellationToken.None);
        (await connection.QuerySingleAsync<string>(
            "select concat_ws(' ', program_id = @id, state) from referrers where key = 'added'", new { id = named.Program.Id })).ShouldBe("t active");
        (await connection.ExecuteScalarAsync<long>(
            "select count(*) from balances b join referrers r on r.program_id = b.program_id and r.referrer_id = b.recipient_id where r.key = 'added'")).ShouldBe(0);
        (await neighbours.ImageAsync(twin)).ShouldBe(before);
    }

    /// <summary>What the programme's things are, but for when they were changed.</summary>
    private async Task<string> StateAsync(Estate estate)
    {
        await using var connection = await neighbours.Node.Server.Database.OpenAsync(CancellationToken.None);
        var rows = new List<string>();
        foreach (var table in (string[])["programs", "referrers", "customers", "links", "codes", "discounts", "coupons", "balances", "rewards"])
            rows.AddRange(await connection.QueryAsync<string>(
                $"select '{table} ' || (to_jsonb(t) - 'updated_at' - 'version')::text from {table} t where t.program_id = @program", new { program = estate.Program.Id }));
        return string.Join('\n', rows.Order(StringComparer.Ordinal));
    }

    private async Task<ApiAnswer> AskAsync(RouteCase asked, Estate named, JsonObject body, string root = "")
    {
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), root + named.Name(asked.Target, named));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", named.Secret);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await new ApiClient(neighbours.Node.Server.Client).SendAsync(request);
    }
}
