using Tributary.Campaigns;
using Tributary.Customers;
using Tributary.Keys;
using Tributary.Ledger;
using Tributary.Links;
using Tributary.Orders;
using Tributary.Programs;
using Tributary.Prospects;
using Tributary.Reporting;
using Tributary.Reporting.Analytics;
using Tributary.Referrers;
using Tributary.Referrers.Discounts;
using Tributary.Rewards;
using Tributary.Server.Outbound;
using Tributary.Server.Secrets;
using Tributary.Signups;
using Tributary.Storage;
using Tributary.Webhooks;

namespace Tributary.Server.Hosting;

/// <summary>What the product can do, for the server and for the commands alike; needs a <see cref="Database"/> beside it.</summary>
internal static class CoreServices
{
    public static void AddCore(this IServiceCollection services)
    {
        services.AddSecrets();
        services.AddSingleton<Transactions>();
        services.AddSingleton<IdempotencyAnswers>();
        services.AddSingleton<ChangeFeed>();
        services.AddSingleton<KeyUsage>();
        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ProgramRegister>();
        services.AddSingleton<CampaignStore>();
        services.AddSingleton<Links.SiteDirectory>();
        services.AddSingleton<ExchangeRates>();
        services.AddSingleton<ReferrerRegister>();
        services.AddSingleton<ProgramOverviews>();
        services.AddSingleton<PartnerQueries>();
        services.AddSingleton<LinksOfReferrers>();
        services.AddSingleton<ReferrerNumbers>();
        services.AddSingleton<SignInTokens>();
        services.AddSingleton<Recipients>();
        services.AddSingleton<ReferrerCodes>();
        services.AddSingleton<ReferrerCoupons>();
        services.AddSingleton<CustomerRecords>();
        services.AddSingleton<OrderRecords>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<RegisterCustomer>();
        services.AddSingleton<DeleteCustomer>();
        services.AddSingleton<RecordEvent>();
        services.AddSingleton<RecordOrder>();
        services.AddSingleton<PayOrder>();
        services.AddSingleton<RefundOrder>();
        services.AddSingleton<ReinstateRefund>();
        services.AddSingleton<GuessedCodes>();
        services.AddSingleton<AmendOrder>();
        services.AddSingleton<ClaimCustomer>();
        services.AddSingleton<ConvertHeldRewards>();
        services.AddSingleton<DryRunOrder>();
        services.AddSingleton<ApproveReward>();
        services.AddSingleton<HoldReward>();
        services.AddSingleton<RejectReward>();
        services.AddSingleton<ReverseReward>();
        services.AddSingleton<RedeemPoints>();
        services.AddSingleton<GrantReward>();
        services.AddSingleton<MoveCustomer>();
        services.AddSingleton<InviteCustomer>();
        services.AddSingleton<ChangeCustomer>();
        services.AddSingleton<CustomerDirectory>();
        services.AddSingleton<OrderDirectory>();
        services.AddSingleton<RecordOrders>();
        services.AddSingleton<CancelledOrders>();
        services.AddSingleton<RedeemCoupon>();
        services.AddSingleton<DiscountRegister>();
        services.AddSingleton<DiscountCodes>();
        services.AddSingleton<ProspectRegister>();
        services.AddSingleton<ConvertProspect>();
        services.AddSingleton<WebhookRegister>();
        services.AddSingleton(provider => provider.GetRequiredService<ServerAddresses>().ForLinks());
        services.AddSingleton<ServerAddresses>();
        services.AddSingleton(provider => new DomainPolicy(provider.GetRequiredService<ServerOptions>().VerifySites));
        services.AddSingleton<DomainRegister>();
        services.AddSingleton<HostTable>();
        services.AddSingleton<LinkTable>();
        services.AddSingleton<LinkRegister>();
        services.AddOutbound();
        services.AddSingleton<RewardQueries>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<ExplainOrder>();
        services.AddSingleton<ExplainCustomer>();
        services.AddSingleton<Reporting.Analytics.AnalyticsQuery>();
        services.AddSingleton<Doctor>();
    }
}
