using Tributary.Server.Api.Partnero.Webhooks;
using Tributary.Webhooks.Deliveries;

namespace Tributary.Server.Api.Partnero;

/// <summary>Adds this dialect to a server.</summary>
internal static class PartneroServices
{
    public static void AddPartnero(this IServiceCollection services)
    {
        services.AddSingleton<ProgramCalls>();
        services.AddSingleton<PartnerViews>();
        services.AddSingleton<PartnerCalls>();
        services.AddSingleton<ClaimReader>();
        services.AddSingleton<CustomerLinks>();
        services.AddSingleton<CustomerViews>();
        services.AddSingleton<CustomerCalls>();
        services.AddSingleton<CouponParties>();
        services.AddSingleton<CouponViews>();
        services.AddSingleton<CouponCalls>();
        services.AddSingleton<PromotionCodeCalls>();
        services.AddSingleton<LeadCommissions>();
        services.AddSingleton<LeadViews>();
        services.AddSingleton<LeadCalls>();
        services.AddSingleton<PartneroObjects>();
        services.AddSingleton<IWebhookShape, PartneroShape>();
        services.AddSingleton<WebhookCalls>();
        services.AddSingleton<FriendNumbers>();
        services.AddSingleton<FriendCalls>();
        services.AddSingleton<OrderCustomers>();
        services.AddSingleton<TransactionViews>();
        services.AddSingleton<TransactionCalls>();
        services.AddSingleton<LinkOwners>();
        services.AddSingleton<LinkViews>();
        services.AddSingleton<LinkCalls>();
        services.AddSingleton<DomainCalls>();
        services.AddSingleton(RouterOf);
        services.AddSingleton<PartneroFace>();
    }

    /// <summary>Answers everything below <c>/v1</c> and <c>/partnero/v1</c>; every other path goes on.</summary>
    public static void MapPartnero(this WebApplication app)
    {
        var face = app.Services.GetRequiredService<PartneroFace>();
        app.Use((http, next) => face.InvokeAsync(http, next));
        app.MapPartneroDescription(app.Services.GetRequiredService<PartneroRouter>());
    }

    private static PartneroRouter RouterOf(IServiceProvider services) => new(
    [
        .. services.GetRequiredService<ProgramCalls>().Routes,
        .. services.GetRequiredService<PartnerCalls>().Routes,
        .. services.GetRequiredService<CustomerCalls>().Routes,
        .. services.GetRequiredService<TransactionCalls>().Routes,
        .. services.GetRequiredService<LinkCalls>().Routes,
        .. services.GetRequiredService<DomainCalls>().Routes,
        .. services.GetRequiredService<CouponCalls>().Routes,
        .. services.GetRequiredService<PromotionCodeCalls>().Routes,
        .. services.GetRequiredService<LeadCalls>().Routes,
        .. services.GetRequiredService<WebhookCalls>().Routes,
        .. services.GetRequiredService<FriendCalls>().Routes,
    ]);
}
