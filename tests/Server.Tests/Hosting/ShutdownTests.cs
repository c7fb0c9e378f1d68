using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Server.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Hosting;

public sealed class ShutdownTests(PostgresFixture postgres)
{
    [Fact]
    public async Task R19_a_request_under_way_is_answered_before_the_node_stops()
    {
        var slow = new SlowRoute();
        await using TestServer server = await TestServer.StartAsync(postgres, builder => builder.Services.AddSingleton<IStartupFilter>(slow));
        Task<HttpResponseMessage> request = server.Client.GetAsync("/slow");
        await slow.Entered.Task;
        Task stopping = server.App.StopAsync();
        await Task.Delay(200);
        stopping.IsCompleted.ShouldBeFalse();
        slow.MayLeave.SetResult();
        using HttpResponseMessage answer = await request;
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await stopping;
    }

    private sealed class SlowRoute : IStartupFilter
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayLeave { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Map("/slow", route => route.Run(AnswerAsync));
            next(app);
        };

        private async Task AnswerAsync(HttpContext context)
        {
            Entered.SetResult();
            await MayLeave.Task;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        }
    }
}
