using Microsoft.AspNetCore.Http.Metadata;
using Tributary.Primitives;
using Tributary.Server.Api.V1.ChainOrders;

namespace Tributary.Server.Api.V1;

/// <summary>The native API: what it needs, and its routes by resource.</summary>
internal static class V1Routes
{
    /// <summary>Name of its OpenAPI document.</summary>
    public const string Document = "v1";

    public static void AddV1(this IServiceCollection services)
    {
        services.AddSingleton<PublishableCalls>();
        services.AddSingleton<ChainIntake>();
        services.AddSingleton<WebhookNames>();
        services.AddExceptionHandler<V1Errors>();
        services.AddV1Description();
    }

    public static void MapV1(this WebApplication app)
    {
        app.UseMiddleware<V1Gate>();
        var routes = app.MapGroup(V1Gate.Root).WithGroupName(Document).AddEndpointFilter(RefuseUnreadable);
        routes.MapPrograms();
        routes.MapKeys();
        routes.MapCustomers();
        routes.MapReferrers();
        routes.MapCodes();
        routes.MapCoupons();
        routes.MapDomains();
        routes.MapLinks();
        routes.MapOrders();
        routes.MapRefunds();
        routes.MapTouches();
        routes.MapCampaigns();
        routes.MapRewards();
        routes.MapAnalytics();
        routes.MapRecipients();
        routes.MapEvents();
        routes.MapStream();
        routes.MapWebhooks();
        routes.MapDeliveries();
        routes.MapExchangeRates();
        routes.MapAudit();
        routes.MapChainOrders();
        routes.MapSupport();
        routes.MapIntegrators();
        routes.MapFeatures();
    }

    /// <summary>Says that the call is idempotent by its content, so that it takes no key for it.</summary>
    public static RouteHandlerBuilder ByContent(this RouteHandlerBuilder route) => route.WithMetadata(new IdempotentByContent());

    /// <summary>Lets bodies be as large as those of batches.</summary>
    public static RouteHandlerBuilder WithBatchBody(this RouteHandlerBuilder route) => route.WithMetadata(new BatchBody());

    /// <summary>Names an operation and says what it answers.</summary>
    public static RouteHandlerBuilder Describe(
        this RouteHandlerBuilder route, string name, string summary, int status = StatusCodes.Status200OK) =>
        route.WithName(name).WithSummary(summary).WithMetadata(new Described(status));

    /// <summary>What a handler's parameters could not read is answered before the handler runs.</summary>
    private static async ValueTask<object?> RefuseUnreadable(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        foreach (var argument in context.Arguments)
            if (argument is IInput { Problem: { } problem })
                return Answer<ProblemAnswer>.Refuse(problem);
        return await next(context);
    }
}

/// <summary>Put on a route whose calls may be repeated at will.</summary>
internal sealed class IdempotentByContent;

internal sealed class BatchBody : IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Limits.BatchBodyBytes;
}

/// <param name="Status">Of success.</param>
internal sealed record Described(int Status);
