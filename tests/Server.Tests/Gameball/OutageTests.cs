using Tributary.Server.Tests.Support;
using Tributary.Storage;

namespace Tributary.Server.Tests.Gameball;

/// <summary>A database that is not there.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task R2_an_outage_is_told_in_this_dialects_shape()
    {
        var nowhere = PostgresConnections.Single("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        await using var node = await TestServer.StartAsync(nowhere, untilReady: false);
        var answer = await Answer.AskAsync(
            node, "POST", Shop.V40 + "customers", "{}"u8.ToArray(), "application/json", ("APIKey", new string('k', 32)));
        answer.Refused(503, 5003).Json.GetProperty("type").GetString().ShouldBe("SERVER_ERROR");
        answer.Header("Retry-After").ShouldNotBeNullOrEmpty();
        (await Answer.AskAsync(node, "GET", Shop.V40 + "nowhere", null, null)).Status.ShouldBe(404);
    }
}
