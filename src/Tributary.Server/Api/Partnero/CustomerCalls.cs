using System.Globalization;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about customers of programmes of both types.</summary>
internal sealed class CustomerCalls(
    CustomerDirectory customers, PartnerQueries partners, ClaimReader claims, CustomerViews views, RegisterCustomer register, ChangeCustomer change,
    MoveCustomer move, TransactionViews transactions)
{
    /// <summary>None of our numbers; a filter that names nobody finds nothing.</summary>
    private const long Nobody = -1;

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "customers", ListAsync)
        {
            Summary = "Customers, newest first", Reads = CustomerFields.List, Data = PartneroJson.Default.AffiliateCustomerView, IsList = true,
        },
        new("POST", "customers", CreateAsync)
        {
            Summary = "Sign a customer up", Reads = CustomerFields.New, Data = PartneroJson.Default.AffiliateCustomerView,
        },
        new("GET", "customers:search", SearchAsync)
        {
            Summary = "Customers that fit all filters", Reads = CustomerFields.Search, Data = PartneroJson.Default.AffiliateCustomerView, IsList = true,
        },
        new("PUT", "customers", (call, ct) => ChangeAsync(call, null, ct))
        {
            Summary = "Change the customer that the body names", Reads = CustomerFields.Changed, Data = PartneroJson.Default.AffiliateCustomerView,
        },
        new("GET", "customers/{customer}", GetAsync)
        {
            Summary = "One customer", Data = PartneroJson.Default.AffiliateCustomerView,
        },
        new("PUT", "customers/{customer}", (call, ct) => ChangeAsync(call, call.Id, ct))
        {
            Summary = "Change a customer", Reads = CustomerFields.Changed, Data = PartneroJson.Default.AffiliateCustomerView,
        },
        new("DELETE", "customers/{customer}", (call, ct) => MoveAsync(call, CustomerMove.Remove, ct))
        {
            Summary = "Remove a customer; its transactions stay",
        },
        new("POST", "customers/{customer}/archive", (call, ct) => MoveAsync(call, CustomerMove.Archive, ct))
        {
            Summary = "Put a customer away: its transactions are recorded and earn nothing",
        },
        new("POST", "customers/{customer}/revoke-archive", (call, ct) => MoveAsync(call, CustomerMove.Restore, ct))
        {
            Summary = "Bring an archived customer back",
        },
        new("GET", "customers/{customer}/transactions", TransactionsAsync)
        {
            Summary = "A customer's transactions", Reads = PartneroFields.Paging, Data = PartneroJson.Default.TransactionView, IsList = true,
        },
    ];

    private static PartneroType TypeOf(PartneroCall call) => call.Program.Settings.Partnero.Type;

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        bool? referred = input.Text("refer_status")?.ToLowerInvariant() switch
        {
            null => null,
            "referred" => true,
            "non_referred" => false,
            _ => Refused(input, "refer_status", "The refer_status must be referred or non_referred."),
        };
        return await PageAsync(call, new DirectoryFilter(ReferrerId: await ReferrerAsync(call, ct), Referred: referred, State: StateOf(input)), ct);
    }

    private Task<PartneroAnswer> SearchAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input.Over("customer");
        var (id, key) = (input.Text("id"), input.Text("key"));
        // The key of an affiliate programme's customer is its id.
        var filter = TypeOf(call) == PartneroType.Affiliate
            ? new DirectoryFilter(Id: id ?? key)
            : new DirectoryFilter(Id: id, Code: key);
        return PageAsync(call, filter with { Email = input.Text("email"), State = StateOf(input) }, ct);
    }

    private async Task<PartneroAnswer> PageAsync(PartneroCall call, DirectoryFilter filter, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await customers.ListAsync(call.Program, filter, list.Slice, ct);
        return await views.ListAsync(call, list with { Next = page.Next }, page.Items, ct);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input.Over("customer");
        var type = TypeOf(call);
        var wanted = CustomerMembers.Read(type, input);
        var terms = new SignUpTerms { At = input.PastTime("created_at", call.Now), MustBeNew = true, UniqueEmail = type == PartneroType.ReferAFriend };
        var claim = await claims.ReadAsync(call.Program, input, ct);
        if (type == PartneroType.Affiliate && !claim.IsAny)
            call.Input.Report(PartneroErrors.Missing("partner"));
        if (claim.UnknownReferring)
            call.Input.Report("referring_customer", "The referring customer does not exist.");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (claim.UnknownPartner)
            return PartneroErrors.UnknownPartner;
        return await call.OnceAsync(
            caller => register.ExecuteAsync(call.Program, wanted, claim.Claim, terms, caller, ct),
            made => made.CustomerId.ToString(CultureInfo.InvariantCulture),
            reference => ShowAsync(call, long.Parse(reference, CultureInfo.InvariantCulture), StatusCodes.Status201Created, ct),
            FieldOf);
    }

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await FindAsync(call, call.Id, ct) is { } found ? await views.OneAsync(call, found, ct) : PartneroErrors.NotFound;
    }

    /// <param name="handle">Null: the body names the customer.</param>
    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, string? handle, CancellationToken ct)
    {
        var input = call.Input.Over("customer");
        var (named, byEmail) = CustomerMembers.NameOf(input);
        var update = input.Object("update");
        var changed = CustomerMembers.ReadChange(TypeOf(call), update ?? input, emailNames: handle is null && update is null && byEmail);
        if (handle is null && named is null)
            call.Input.Report(PartneroErrors.Missing(TypeOf(call) == PartneroType.Affiliate ? "key" : "id"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await FindAsync(call, handle ?? named!, ct) is not { } found)
            return PartneroErrors.NotFound;
        return (await change.ExecuteAsync(call.Program, found.Number, changed, call.Caller, ct)).TryGet(out _, out var problem)
            ? await ShowAsync(call, found.Number, StatusCodes.Status200OK, ct)
            : PartneroErrors.From(problem, FieldOf);
    }

    private async Task<PartneroAnswer> MoveAsync(PartneroCall call, CustomerMove to, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await FindAsync(call, call.Id, ct) is not { } found)
            return PartneroErrors.NotFound;
        return (await move.ExecuteAsync(call.Program, found.Number, to, call.Caller, ct)).TryGet(out _, out var problem)
            ? PartneroAnswer.Done()
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> TransactionsAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await FindAsync(call, call.Id, ct) is { } found
            ? await transactions.ListAsync(call, list, new OrderDirectoryFilter(CustomerNumber: found.Number), ct)
            : PartneroErrors.NotFound;
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, long number, int status, CancellationToken ct) =>
        await views.OneAsync(call, (await customers.FindAsync(call.Program.Id, number, ct))!, ct, status);

    private Task<DirectoryCustomer?> FindAsync(PartneroCall call, string handle, CancellationToken ct) =>
        customers.FindAsync(call.Program, handle, byCode: TypeOf(call) == PartneroType.ReferAFriend, ct);

    private async Task<long?> ReferrerAsync(PartneroCall call, CancellationToken ct)
    {
        if (call.Input.Handle("partner") is { } partner)
            return (await partners.FindAsync(call.Program.Id, partner, ct))?.Id ?? Nobody;
        return call.Input.Handle("referring_customer") is { } referring
            ? (await customers.FindAsync(call.Program, referring, byCode: true, ct))?.Number ?? Nobody
            : null;
    }

    private static DirectoryState? StateOf(InputObject input)
    {
        switch (input.Text("status")?.ToLowerInvariant())
        {
            case null:
                return null;
            case "active":
                return DirectoryState.Active;
            case "archived":
                return DirectoryState.Archived;
            case "deleted":
                return DirectoryState.Removed;
            default:
                input.Report("status", "The status must be active, archived or deleted.");
                return null;
        }
    }

    private static bool? Refused(InputObject input, string field, string message)
    {
        input.Report(field, message);
        return null;
    }

    private static string FieldOf(string field) => field switch
    {
        "customerId" or "code" => "key",
        "createdAt" => "created_at",
        _ => field,
    };
}
