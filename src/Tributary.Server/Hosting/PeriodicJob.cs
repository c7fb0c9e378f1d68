using Microsoft.Extensions.DependencyInjection.Extensions;
using Tributary.Storage;

namespace Tributary.Server.Hosting;

/// <summary>
/// Work that is done again and again as long as this node runs. Nothing depends on which node does it or on how often it fails:
/// what is left is found the next time.
/// </summary>
/// <param name="name">What it does, for the log.</param>
internal sealed partial class PeriodicJob(
    string name, TimeSpan interval, Func<CancellationToken, Task> work, Database database, TimeProvider clock, ILogger logger)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            if (database.IsOpen)
                await RunOnceAsync(stoppingToken);
        }
    }

    private async Task RunOnceAsync(CancellationToken ct)
    {
        try
        {
            await work(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The node stops; what was being done is rolled back.
        }
        catch (Exception outage) when (DatabaseFault.IsOutage(outage))
        {
            Log.Outage(logger, name, outage.GetType().Name);
        }
        catch (Exception failure)
        {
            // A fault in one round must not end the job for good.
            Log.Failed(logger, failure, name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(40, LogLevel.Warning, "{Job} waits for the database: {Reason}")]
        public static partial void Outage(ILogger logger, string job, string reason);

        [LoggerMessage(41, LogLevel.Error, "{Job} failed and will try again")]
        public static partial void Failed(ILogger logger, Exception failure, string job);
    }
}

/// <summary>The jobs of the engine; every node runs them.</summary>
internal static class PeriodicJobs
{
    private static readonly TimeSpan Approval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LateClicks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LapsedRefunds = TimeSpan.FromHours(1);
    private static readonly TimeSpan Folding = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Domains = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Velocity = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Recount = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Sealing = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Months = TimeSpan.FromHours(6);
    private static readonly TimeSpan ClickRetention = TimeSpan.FromHours(12);
    private static readonly TimeSpan Salts = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan WebhookLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Deliveries = TimeSpan.FromHours(6);
    private static readonly TimeSpan Positions = TimeSpan.FromHours(1);
    private static readonly TimeSpan Following = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Batches = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndedBatches = TimeSpan.FromHours(6);
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(10);

    public static void AddPeriodicJobs(this IServiceCollection services)
    {
        services.AddJob<Clicks.Keeping.ClickPartitions>("months of clicks", Months, (job, ct) => job.MakeAsync(ct));
        services.AddJob<Clicks.Keeping.ClickRetention>("retention of clicks", ClickRetention, (job, ct) => job.RunAsync(ct));
        services.AddJob<SaltDestruction>("salts", Salts, (job, ct) => job.RunAsync(ct));
        services.AddJob<Rewards.ApprovalJob>("approval", Approval, (job, ct) => job.RunAsync(ct));
        services.AddJob<Ledger.Sealing>("sealing", Sealing, (job, ct) => job.RunAsync(ct));
        services.AddJob<IdempotencyRetention>("idempotency-retention", Retention, (job, ct) => job.RunAsync(ct));
        services.AddJob<Orders.LateClicks>("late clicks", LateClicks, (job, ct) => job.RunAsync(ct));
        services.AddJob<Orders.LapsedRefunds>("lapsed refunds", LapsedRefunds, (job, ct) => job.RunAsync(ct));
        services.AddJob<Reporting.Analytics.Folding>("folding", Folding, (job, ct) => job.RunAsync(ct));
        services.AddJob<Links.DomainVerification>("domain verification", Domains, (job, ct) => job.RunAsync(ct));
        services.TryAddSingleton(_ => new Clicks.Agents.AgentTable(Clicks.Agents.AgentLists.Load(null)));
        services.AddJob<Clicks.Velocity.ClickVelocity>("click velocity", Velocity, (job, ct) => job.RunAsync(ct));
        services.AddJob<Reporting.Analytics.Recounting>("recount", Recount, (job, ct) => job.RunAsync(ct));
        services.AddJob<Webhooks.Publishing.EventPublishing>("retention of event positions", Positions, (job, ct) => job.ForgetAsync(ct));
        services.AddJob<Api.DeBridge.Following.Follower>("follower", Following, (job, ct) => job.RunAsync(ct));
        services.AddJob<Webhooks.Deliveries.WebhookHealth>("webhook health", WebhookLook, (job, ct) => job.RunAsync(ct));
        services.AddJob<Webhooks.Deliveries.DeliveryLog>("retention of deliveries", Deliveries, (job, ct) => job.ForgetAsync(ct));
        services.AddJob<Reporting.Support.RequestLog>("retention of requests", Retention, (job, ct) => job.ForgetAsync(ct));
        services.AddJob<Api.Gameball.BatchRunner>("batches", Batches, (job, ct) => job.RunAsync(ct));
        services.AddJob<Tributary.Batches.BatchRegister>("retention of batches", EndedBatches, (job, ct) => job.ForgetAsync(ct));
        services.AddJob<ChainOrders.ChainRetention>("retention of unsigned orders", Positions, (job, ct) => job.RunAsync(ct));
        services.AddJob<SelfCheck>("self-check", SelfCheck.Interval, (job, ct) => job.RunAsync(ct));
    }

    private static void AddJob<T>(
        this IServiceCollection services, string name, TimeSpan interval, Func<T, CancellationToken, Task> work)
        where T : class
    {
        services.AddSingleton<T>();
        services.AddSingleton<IHostedService>(provider => new PeriodicJob(
            name,
            interval,
            ct => work(provider.GetRequiredService<T>(), ct),
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PeriodicJob>>()));
    }
}

/// <summary>Visitors' salts go twice an hour, the rest of what clicks leave behind twice a day.</summary>
internal sealed class SaltDestruction(Clicks.Keeping.ClickRetention retention)
{
    public Task RunAsync(CancellationToken ct) => retention.DestroySaltsAsync(ct);
}
