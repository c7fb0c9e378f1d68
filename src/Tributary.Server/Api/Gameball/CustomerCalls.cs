using Tributary.Customers;
using Tributary.Primitives;
using Tributary.Server.Api.Gameball.Wire;
using Tributary.Server.Api.Wire;
using Tributary.Signups;

namespace Tributary.Server.Api.Gameball;

/// <summary>Profiles of customers: gameball.md 3.1 to 3.3.</summary>
internal sealed class CustomerCalls(
    RegisterCustomer register, DeleteCustomer delete, CustomerQueries customers, CodeGuesses guesses, TimeProvider clock)
{
    public IReadOnlyList<GameballRoute> Routes =>
    [
        new("POST", "customers", KeyDemand.ApiKey, CreateOrUpdateAsync)
        {
            Summary = "Create or update a customer, optionally with a referrer's code",
            Body = CustomerMembers.OfProfile,
            Answer = GameballJson.Answers.CustomerAnswer,
        },
        new("GET", "customers/{customerId}", KeyDemand.ApiKey, GetAsync)
        {
            Summary = "A customer's referral code, link and attributes without personal data",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.CustomerView,
        },
        new("GET", "customers/{customerId}/details", KeyDemand.Secret, GetDetailsAsync)
        {
            Summary = "A customer with all attributes",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.CustomerDetailsView,
        },
        new("DELETE", "customers/{customerId}", KeyDemand.Secret, DeleteAsync)
        {
            Summary = "Erase a customer",
            Answer = GameballJson.Answers.DeletedAnswer,
        },
        new("POST", "customers/{customerId}/delete", KeyDemand.Secret, DeleteAsync)
        {
            Summary = "Erase a customer, for clients without DELETE",
            Answer = GameballJson.Answers.DeletedAnswer,
        },
        new("GET", "customers/{customerId}/hash", KeyDemand.Secret, GetHashAsync)
        {
            Summary = "Six digits that identify the customer at the till for some minutes",
            Rate = RateGroup.CustomersAndEvents,
            Answer = GameballJson.Answers.HashAnswer,
        },
    ];

    public async Task<GameballAnswer> CreateOrUpdateAsync(GameballCall call, CancellationToken ct)
    {
        var customer = CustomerMembers.ReadProfile(call.Body, call.Program.Currency);
        var code = ReferralMembers.Read(call.Body);
        if (call.Body.Fault is { } fault)
            return fault;
        if (code.IsCarried && await guesses.WaitAsync(call, ct) is not null)
            code = WireCode.Unreadable;
        var outcome = await register.ExecuteAsync(
            call.Program, customer, ReferralMembers.ClaimOf(call, code), call.Caller, ct);
        await guesses.NoteAsync(call, outcome.Succeeded ? outcome.Value.CodeOutcome : null, ct);
        return outcome.Match(
            done => GameballAnswer.Of(
                new CustomerAnswer(done.CustomerId, customer.MerchantId), GameballJson.Answers.CustomerAnswer) with
            {
                Referral = done.CodeOutcome,
            },
            problem => GameballErrors.From(problem));
    }

    private async Task<GameballAnswer> GetAsync(GameballCall call, CancellationToken ct)
    {
        if (await FindAsync(call, ct) is not { } profile)
            return GameballErrors.CustomerUnknown;
        return GameballAnswer.Of(CustomerView.Public(call, profile), GameballJson.Answers.CustomerView);
    }

    private async Task<GameballAnswer> GetDetailsAsync(GameballCall call, CancellationToken ct)
    {
        if (await FindAsync(call, ct) is not { } profile)
            return GameballErrors.CustomerUnknown;
        return GameballAnswer.Of(CustomerDetailsView.Of(call, profile), GameballJson.Answers.CustomerDetailsView);
    }

    private async Task<GameballAnswer> DeleteAsync(GameballCall call, CancellationToken ct)
    {
        var outcome = await delete.ExecuteAsync(call.Program, call.Id, call.Caller, ct);
        return outcome.Match(
            _ => GameballAnswer.Of(new DeletedAnswer(true, "customer deleted"), GameballJson.Answers.DeletedAnswer),
            problem => GameballErrors.From(problem));
    }

    private async Task<GameballAnswer> GetHashAsync(GameballCall call, CancellationToken ct)
    {
        if (await customers.FindNumberAsync(call.Program.Id, call.Id, ct) is not { } number)
            return GameballErrors.CustomerUnknown;
        var digits = IdentityCode.At(call.Program.HashKey, number, clock.GetUtcNow());
        return GameballAnswer.Of(new HashAnswer(digits), GameballJson.Answers.HashAnswer);
    }

    private Task<CustomerProfile?> FindAsync(GameballCall call, CancellationToken ct) =>
        customers.FindAsync(call.Program.Id, call.Id, clock.GetUtcNow(), ct);
}

/// <summary>Nothing else: a public key must not read a profile by writing to it.</summary>
internal sealed record CustomerAnswer(long GameballId, string CustomerId);

internal sealed record DeletedAnswer(bool Success, string Message);

internal sealed record HashAnswer(string Hash);
