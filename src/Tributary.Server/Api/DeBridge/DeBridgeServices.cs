using Tributary.Server.Api.DeBridge.Gateway;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Adds this dialect to a server.</summary>
internal static class DeBridgeServices
{
    public static void AddDeBridge(this IServiceCollection services)
    {
        services.AddSingleton<DeBridgePrograms>();
        services.AddSingleton<DeBridgeOrigins>();
        services.AddSingleton<Sights>();
        services.AddSingleton<RequestLogWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<RequestLogWriter>());
        services.AddSingleton<OrderCalls>();
        services.AddSingleton<ReferralCalls>();
        services.AddSingleton<TotalCalls>();
        services.AddSingleton(new UpstreamLimits());
        services.AddSingleton<UpstreamClient>();
        services.AddSingleton<GatewaySlots>();
        services.AddSingleton<UpstreamGateway>();
        services.AddSingleton<GatewayCalls>();
        services.AddSingleton<KnownOrderCalls>();
        services.AddSingleton(RouterOf);
        services.AddSingleton<DeBridgeFace>();
    }

    /// <summary>Answers the paths of both services, also below <c>/p/{programme}</c>; every other path goes on.</summary>
    public static void MapDeBridge(this WebApplication app)
    {
        var face = app.Services.GetRequiredService<DeBridgeFace>();
        app.Use((http, next) => face.InvokeAsync(http, next));
        app.MapDeBridgeDescription(app.Services.GetRequiredService<DeBridgeRouter>());
    }

    private static DeBridgeRouter RouterOf(IServiceProvider services) => new(
    [
        .. services.GetRequiredService<GatewayCalls>().Routes,
        .. services.GetRequiredService<KnownOrderCalls>().Routes,
        .. services.GetRequiredService<OrderCalls>().Routes,
        .. services.GetRequiredService<ReferralCalls>().Routes,
        .. services.GetRequiredService<TotalCalls>().Routes,
    ]);
}
