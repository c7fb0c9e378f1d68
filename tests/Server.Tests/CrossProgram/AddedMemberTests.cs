using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Server.Tests.V1;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>A body sets what its route says and nothing else, whatever columns a caller guesses.</summary>
public sealed class AddedMemberTests(Neighbours neighbours) : IClassFixture<Neighbours>
{
    private static readonly string[] Guessed = ["programId", "program_id", "status", "balance", "role", "approvedAt", "ProgramId", "__proto__"];

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

    private async Task<ApiAnswer> AskAsync(RouteCase asked, Estate named, JsonObject body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), named.Name(asked.Target, named));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", named.Secret);
        request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await new ApiClient(neighbours.Node.Server.Client).SendAsync(request);
    }
}
