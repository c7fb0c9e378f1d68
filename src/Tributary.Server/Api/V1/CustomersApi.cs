using System.Text.Json.Nodes;
using Tributary.Attribution;
using Tributary.Customers;
using Tributary.Keys;
using Tributary.Reporting;
using Tributary.Rewards;
using Tributary.Signups;

namespace Tributary.Server.Api.V1;

/// <summary>People known to the merchant, by the merchant's own id.</summary>
internal static class CustomersApi
{
    public static void MapCustomers(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/customers", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listCustomers", "Customers, oldest first; filter by e-mail and by who referred them");
        routes.MapPut("/customers/{customerId}", PutAsync).ForSecrets(KeyScopes.Write, whilePaused: false)
            .Describe("putCustomer", "Sign a customer up or change it, with the code of who referred it; a bad code never fails the sign-up");
        routes.MapGet("/customers/{customerId}", GetAsync).ForSecrets(KeyScopes.Read)
            .Describe("getCustomer", "One customer, with its own code and who referred it");
        routes.MapDelete("/customers/{customerId}", DeleteAsync).ForSecrets(KeyScopes.Write)
            .Describe("deleteCustomer", "Erase a person; orders and ledger stay under a number");
        routes.MapGet("/customers/{customerId}/explanation", ExplainAsync).ForSecrets(KeyScopes.Read)
            .Describe("explainCustomer", "Why this referrer, why no other, and what the campaigns did about the sign-up");
        routes.MapPost("/customers/{customerId}/claim", ClaimAsync).ForSecrets(KeyScopes.Manage)
            .Describe("claimCustomer", "Say by hand who referred a customer; unpaid rewards move to the new referrer");
        routes.MapPost("/customers/{customerId}/events", RecordEventsAsync).ForSecrets(KeyScopes.Write, whilePaused: false)
            .Describe("recordCustomerEvents", "Report what a customer did, by name; campaigns may reward it");
    }

    private static async Task<Answer<ListAnswer<CustomerAnswer>>> ListAsync(
        Call call, Paging page, string? email, long? referrerId, CustomerRecords customers, CancellationToken ct)
    {
        var outcome = await customers.ListAsync(call.Program, new CustomerFilter(email, referrerId), page.Request, ct);
        return outcome.Map(found => ListAnswer<CustomerAnswer>.Of(found, CustomerAnswer.Of));
    }

    private static async Task<Answer<CustomerAnswer>> GetAsync(
        Call call, PathText customerId, CustomerRecords customers, CancellationToken ct) =>
        (await customers.FindAsync(call.Program.Id, customerId.Value, ct)).OrNotFound(CustomerAnswer.Of, "customer");

    private static async Task<Answer<CustomerExplanation>> ExplainAsync(
        Call call, PathText customerId, ExplainCustomer explain, CancellationToken ct) =>
        await explain.ExecuteAsync(call.Program, customerId.Value, ct);

    private static Task<Answer<CustomerClaimedAnswer>> ClaimAsync(
        Call call, PathText customerId, Body<ClaimBody> body, ClaimCustomer claim, CancellationToken ct) =>
        call.RunAsync(
            caller => claim.ExecuteAsync(call.Program, customerId.Value, body.Value.ReferrerId, body.Value.Reason, caller, ct),
            claimed => new CustomerClaimedAnswer(claimed.CustomerId, claimed.ReferrerId, claimed.Moved),
            body: body.Bytes);

    private static async Task<Answer<CustomerRecordedAnswer>> PutAsync(
        Call call, PathText customerId, Body<CustomerBody> body, RegisterCustomer register, CancellationToken ct)
    {
        if (Claims.Check(body.Value) is { } problem)
            return problem;
        var customer = body.Value.ToInput(customerId.Value);
        var claim = Claims.Of(call.Program, body.Value);
        return (await register.ExecuteAsync(call.Program, customer, claim, call.Caller, ct)).Map(CustomerRecordedAnswer.Of);
    }

    private static async Task<Answer<CustomerDeletedAnswer>> DeleteAsync(
        Call call, PathText customerId, DeleteCustomer delete, CancellationToken ct) =>
        (await delete.ExecuteAsync(call.Program, customerId.Value, call.Caller, ct))
            .Map(deleted => new CustomerDeletedAnswer(deleted.CustomerId));

    private static Task<Answer<EventsRecordedAnswer>> RecordEventsAsync(
        Call call, PathText customerId, Body<EventsBody> body, RecordEvent record, CancellationToken ct)
    {
        var customer = new CustomerInput { MerchantId = customerId.Value };
        var events = body.Value.Events.Select(each => new NamedEvent(each.Name, each.Metadata, each.EventId)).ToList();
        return call.RunAsync(
            caller => record.ExecuteAsync(call.Program, customer, events, body.Value.OccurredAt, caller, ct),
            recorded => new EventsRecordedAnswer(recorded.CustomerId, recorded.EventKeys),
            body: body.Bytes);
    }
}

/// <param name="Id">The merchant's own.</param>
/// <param name="Number">Ours: the recipient of its rewards and its referrer id.</param>
/// <param name="OrdersTotal">Minor units of the programme's currency.</param>
/// <param name="Code">The code it refers with.</param>
/// <param name="ReferredBy">Who referred it; null: nobody.</param>
internal sealed record CustomerAnswer(
    string? Id,
    long Number,
    string? Email,
    string? Mobile,
    bool Guest,
    bool KnownBefore,
    JsonObject Attributes,
    int OrdersCount,
    long OrdersTotal,
    DateTimeOffset? FirstOrderAt,
    DateTimeOffset? LastOrderAt,
    string? Code,
    ReferredByAnswer? ReferredBy,
    DateTimeOffset? RegisteredAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static CustomerAnswer Of(CustomerRecord customer) => new(
        customer.MerchantId, customer.Number, customer.Email, customer.Mobile, customer.Guest, customer.KnownBefore,
        customer.Attributes, customer.OrdersCount, customer.OrdersTotal, customer.FirstOrderAt, customer.LastOrderAt, customer.Code,
        ReferredByAnswer.Of(customer), customer.RegisteredAt, customer.CreatedAt, customer.UpdatedAt);
}

/// <param name="Via">What decided it: code, coupon, click, manual.</param>
/// <param name="Status">pending, or active once the campaign's last step is reached.</param>
/// <param name="LinkId">The link that brought the customer; null: none did.</param>
/// <param name="LinkKey">Its public id.</param>
internal sealed record ReferredByAnswer(long ReferrerId, string? Via, long? LinkId, string? LinkKey, string? Status, DateTimeOffset? DecidedAt)
{
    public static ReferredByAnswer? Of(CustomerRecord customer) => customer.ReferrerId is { } referrer
        ? new ReferredByAnswer(referrer, customer.Via, customer.LinkId, customer.LinkKey, customer.ReferralStatus, customer.ReferredAt)
        : null;
}

/// <param name="Created">False: it was known, and what the call said was merged.</param>
/// <param name="ReferrerId">Who is credited with the customer; null: nobody.</param>
/// <param name="LinkId">The link that is credited; null: none is.</param>
/// <param name="ReferrerCode">What became of the code; null where none was sent.</param>
internal sealed record CustomerRecordedAnswer(string Id, long Number, bool Created, long? ReferrerId, long? LinkId, CodeOutcomeAnswer? ReferrerCode)
{
    public static CustomerRecordedAnswer Of(CustomerRegistered registered) => new(
        registered.MerchantId, registered.CustomerId, registered.Created, registered.ReferrerId, registered.LinkId, CodeOutcomeAnswer.Of(registered.CodeOutcome));
}

/// <param name="Reason">won, or why it was ignored: unknown_code, expired_code, self_referral ….</param>
internal sealed record CodeOutcomeAnswer(bool Accepted, string Reason)
{
    public static CodeOutcomeAnswer? Of(ClaimOutcome? outcome) =>
        outcome is null ? null : new CodeOutcomeAnswer(outcome.Accepted, outcome.Reason);
}

/// <param name="Number">Under which orders and ledger rows stay.</param>
internal sealed record CustomerDeletedAnswer(long Number);

/// <param name="Moved">Whether somebody else had referred the customer before.</param>
internal sealed record CustomerClaimedAnswer(long CustomerNumber, long ReferrerId, bool Moved);

internal sealed record ClaimBody
{
    public required long ReferrerId { get; init; }

    /// <summary>For the audit log.</summary>
    public required string Reason { get; init; }
}

/// <param name="EventNumbers">Ours, in the order of the request; the same again where an event id was known.</param>
internal sealed record EventsRecordedAnswer(long CustomerNumber, IReadOnlyList<long> EventNumbers);

internal record CustomerBody : IClaimBody
{
    public string? Email { get; init; }
    public string? Mobile { get; init; }

    /// <summary>A guest buys without an account: it earns nothing and refers nobody.</summary>
    public bool? Guest { get; init; }

    /// <summary>True: the merchant knew this person before, so it is not new.</summary>
    public bool? KnownBefore { get; init; }

    /// <summary>Merged by name.</summary>
    public JsonObject? Attributes { get; init; }

    /// <summary>The code this customer shall refer with, when it gets its first; left out: generated.</summary>
    public string? OwnCode { get; init; }

    /// <summary>The code of who referred it, as typed, scanned or pasted.</summary>
    public string? ReferrerCode { get; init; }

    /// <summary>The id of the click that brought the person, from the address of your page or its cookie.</summary>
    public string? ClickId { get; init; }

    /// <summary>The id of the visitor's browser, from its cookie.</summary>
    public string? VisitorId { get; init; }

    /// <summary>The address of the link, or of the page on which the person arrived.</summary>
    public string? ReferralUrl { get; init; }

    /// <summary>Coupons that the person came with; those bound to a referrer attribute the sign-up.</summary>
    public IReadOnlyList<string>? Coupons { get; init; }

    public CustomerInput ToInput(string merchantId) => new()
    {
        MerchantId = merchantId,
        Email = Email,
        Mobile = Mobile,
        Guest = Guest,
        KnownBefore = KnownBefore ?? false,
        Attributes = Attributes,
        OwnCode = OwnCode,
    };
}

internal sealed record EventsBody
{
    public required IReadOnlyList<EventBody> Events { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}

internal sealed record EventBody
{
    public required string Name { get; init; }
    public JsonObject? Metadata { get; init; }

    /// <summary>The caller's own id of it; sent again it is recorded once.</summary>
    public string? EventId { get; init; }
}
