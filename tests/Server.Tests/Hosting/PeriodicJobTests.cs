using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Tests.Hosting;

public sealed class PeriodicJobTests
{
    [Fact]
    public async Task A_round_that_fails_does_not_end_the_job()
    {
        await using var database = new Database("Host=/nowhere");
        var rounds = 0;
        var done = new TaskCompletionSource();
        using var job = new PeriodicJob("test", TimeSpan.FromMilliseconds(1), _ => ++rounds switch
        {
            1 => throw new InvalidOperationException("a bug"),
            2 => throw new DatabaseNotReadyException(),
            _ => Task.FromResult(done.TrySetResult()),
        }, database, TimeProvider.System, NullLogger.Instance);

        await job.StartAsync(default);
        await done.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await job.StopAsync(default);

        rounds.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Nothing_runs_before_the_database_is_open()
    {
        await using var database = new Database("Host=/nowhere", open: false);
        var rounds = 0;
        using var job = new PeriodicJob("test", TimeSpan.FromMilliseconds(1), _ => Task.FromResult(++rounds), database, TimeProvider.System, NullLogger.Instance);

        await job.StartAsync(default);
        await Task.Delay(50);
        await job.StopAsync(default);

        rounds.ShouldBe(0);
    }
}
