using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Orders;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Rewards;
using Tributary.Server.Api.Gameball.Webhooks;
using Tributary.Signups;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Gameball;

/// <summary>Adds this dialect to a server.</summary>
internal static class GameballServices
{
    public static void AddGameball(this IServiceCollection services)
    {
        AddQueries(services);
        services.AddSingleton<CustomerCalls>();
        services.AddSingleton<ReferralCalls>();
        services.AddSingleton<ConfigurationCalls>();
        services.AddSingleton<OrderCalls>();
        services.AddSingleton<RefundCalls>();
        services.AddSingleton<BalanceCalls>();
        services.AddSingleton<EventCalls>();
        services.AddSingleton<ActivityCalls>();
        services.AddSingleton<BatchCalls>();
        services.AddSingleton<GameballCredentials>();
        services.AddSingleton<CallRate>();
        services.AddSingleton<IWebhookShape, GameballShape>();
        services.AddSingleton<CodeGuesses>();
        services.AddSingleton(RouterOf);
        services.AddSingleton<GameballFace>();
    }

    /// <summary>Answers everything below <c>/api/v4…</c>; every other path goes on.</summary>
    public static void MapGameball(this WebApplication app)
    {
        var face = app.Services.GetRequiredService<GameballFace>();
        app.Use((http, next) => face.InvokeAsync(http, next));
        app.MapGameballDescription(app.Services.GetRequiredService<GameballRouter>());
    }

    private static void AddQueries(IServiceCollection services)
    {
        services.AddSingleton<CustomerQueries>();
        services.AddSingleton<ReferralQueries>();
        services.AddSingleton<ReferralCheck>();
        services.AddSingleton<OrderTransactions>();
        services.AddSingleton<RewardCouponQueries>();
        services.AddSingleton<ShownCampaigns>();
        services.AddSingleton<CustomerActivities>();
    }

    private static GameballRouter RouterOf(IServiceProvider services) => new(
    [
        .. services.GetRequiredService<CustomerCalls>().Routes,
        .. services.GetRequiredService<ReferralCalls>().Routes,
        .. services.GetRequiredService<ConfigurationCalls>().Routes,
        .. services.GetRequiredService<OrderCalls>().Routes,
        .. services.GetRequiredService<RefundCalls>().Routes,
        .. services.GetRequiredService<BalanceCalls>().Routes,
        .. services.GetRequiredService<EventCalls>().Routes,
        .. services.GetRequiredService<ActivityCalls>().Routes,
        .. services.GetRequiredService<BatchCalls>().Routes,
    ]);
}
