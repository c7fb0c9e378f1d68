using System.Globalization;
using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about transactions.</summary>
internal sealed class TransactionCalls(
    OrderDirectory orders, CustomerDirectory customers, PartnerQueries partners, OrderCustomers buyers, ClaimReader claims, TransactionViews views,
    RecordOrders record, CancelledOrders cancelled, RefundOrder refund)
{
    private const string Batch = "transactions";
    private const long Nobody = -1;

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "transactions", ListAsync)
        {
            Summary = "Transactions, newest first", Reads = TransactionFields.List, Data = PartneroJson.Default.TransactionView, IsList = true,
        },
        new("POST", "transactions", CreateAsync)
        {
            Summary = "Record one transaction, or several at once: all or none", Reads = TransactionFields.New,
            Data = PartneroJson.Default.TransactionView, MostBodyBytes = Limits.BatchBodyBytes,
        },
        new("DELETE", "transactions", (call, ct) => DeleteAsync(call, call.Input.Text("key", Limits.OrderId), ct))
        {
            Summary = "Delete the transaction that the body names", Reads = TransactionFields.Key,
        },
        new("GET", "transactions/{transaction}", GetAsync)
        {
            Summary = "One transaction", Data = PartneroJson.Default.TransactionView,
        },
        new("DELETE", "transactions/{transaction}", (call, ct) => DeleteAsync(call, call.Id, ct))
        {
            Summary = "Delete a transaction: what it earned is taken back, its key is free",
        },
        new("POST", "transactions/{transaction}/archive", ArchiveAsync)
        {
            Summary = "Take a transaction back with what it earned, for as long as it is archived",
        },
        new("POST", "transactions/{transaction}/revoke-archive", RestoreAsync)
        {
            Summary = "Bring an archived transaction back with what it earned",
        },
        new("POST", "transactions/{transaction}/refund", RefundAsync)
        {
            Summary = "Refund a part of a transaction", Reads = TransactionFields.Refund, Data = PartneroJson.Default.TransactionView,
        },
    ];

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var (input, program) = (call.Input, call.Program);
        var list = call.List();
        long? referrer = input.Handle("partner") is { } partner ? (await partners.FindAsync(program.Id, partner, ct))?.Id ?? Nobody : null;
        long? customer = input.Handle("customer") is { } handle
            ? (await customers.FindAsync(program, handle, byCode: program.Settings.Partnero.Type == PartneroType.ReferAFriend, ct))?.Number ?? Nobody
            : null;
        var filter = new OrderDirectoryFilter(input.Text("key", Limits.OrderId), referrer, customer, input.Text("action"), input.Flag("archived") ?? false);
        return input.Refusal is { } refusal ? refusal : await views.ListAsync(call, list, filter, ct);
    }

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await orders.FindAsync(call.Program.Id, call.Id, ct) is { } found
            ? PartneroAnswer.One(TransactionViews.Of(found), PartneroJson.Default.TransactionView)
            : PartneroErrors.NotFound;
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var many = input.Members[Batch] is not null;
        var items = many ? input.Objects(Batch, RecordOrders.MostOrders) : [input];
        if (items.Count == 0)
            input.Report(Batch, "The transactions field is required.");
        var buyer = await buyers.ReadAsync(call.Program, input, ct);
        var shared = (await claims.ReadAsync(call.Program, buyer.Members, ct)).Claim;
        var wanted = new List<OrderInput>();
        foreach (var item in items)
        {
            var read = TransactionMembers.Read(call.Program, item, input, many ? null : call.Key?.Text, call.Now);
            var coupons = ReferenceEquals(item, input) ? shared.Coupons : ClaimReader.CouponsOf(item) is { Count: > 0 } own ? own : shared.Coupons;
            wanted.Add(TransactionMembers.WithContent(read with { Customer = buyer.Customer, Claim = shared with { Coupons = coupons } }));
        }
        if (input.Refusal is { } refusal)
            return refusal;
        var repeated = false;
        var answer = await call.OnceAsync(
            async caller =>
            {
                var outcome = await record.ExecuteAsync(call.Program, wanted, caller, ct);
                repeated = outcome.Match(made => made.Repeated, _ => false);
                return outcome;
            },
            made => string.Join(',', made.Orders.Select(order => order.OrderKey)),
            reference => ShowAsync(call, reference, many, repeated ? StatusCodes.Status200OK : StatusCodes.Status201Created, ct),
            field => FieldOf(field, many));
        return repeated ? answer with { Headers = [("Idempotency-Replayed", "true")] } : answer;
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, string reference, bool many, int status, CancellationToken ct)
    {
        var keys = reference.Split(',').Select(key => long.Parse(key, CultureInfo.InvariantCulture)).ToList();
        var found = await orders.FindAsync(call.Program.Id, keys, ct);
        return many
            ? PartneroAnswer.One([.. found.Select(TransactionViews.Of)], PartneroJson.Default.IReadOnlyListTransactionView, status)
            : PartneroAnswer.One(TransactionViews.Of(found[0]), PartneroJson.Default.TransactionView, status);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, string? key, CancellationToken ct)
    {
        if (key is null)
            call.Input.Report(PartneroErrors.Missing("key"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return Done(await cancelled.DeleteAsync(call.Program, key!, call.Caller, ct));
    }

    private async Task<PartneroAnswer> ArchiveAsync(PartneroCall call, CancellationToken ct) =>
        call.Input.Refusal is { } refusal ? refusal : Done(await cancelled.ArchiveAsync(call.Program, call.Id, call.Caller, ct));

    private async Task<PartneroAnswer> RestoreAsync(PartneroCall call, CancellationToken ct) =>
        call.Input.Refusal is { } refusal ? refusal : Done(await cancelled.RestoreAsync(call.Program, call.Id, call.Caller, ct));

    private async Task<PartneroAnswer> RefundAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var key = input.RequiredText("key", Limits.OrderId);
        var at = input.PastTime("created_at", call.Now);
        if (await orders.FindAsync(call.Program.Id, call.Id, ct) is not { } order)
            return input.Refusal is { } unread ? unread : PartneroErrors.NotFound;
        var amount = input.RequiredMoney("amount", order.Currency);
        if (amount == 0 && input.Refusal is null)
            input.Report("amount", "The amount must be more than 0.");
        if (input.Refusal is { } refusal)
            return refusal;
        var wanted = new RefundInput { RefundId = key, OrderId = order.OrderId, Amount = amount, RefundedAt = at };
        return await call.OnceAsync(
            caller => refund.ExecuteAsync(call.Program, wanted, caller, ct),
            _ => order.OrderKey.ToString(CultureInfo.InvariantCulture),
            reference => ShowAsync(call, reference, many: false, StatusCodes.Status200OK, ct),
            field => field == "refundId" ? "key" : field);
    }

    private static PartneroAnswer Done<T>(Outcome<T> outcome) =>
        outcome.TryGet(out _, out var problem) ? PartneroAnswer.Done() : PartneroErrors.From(problem);

    /// <summary>Core numbers the orders of a call: <c>1.total</c>.</summary>
    private static string FieldOf(string field, bool many)
    {
        var dot = field.IndexOf('.', StringComparison.Ordinal);
        var (number, member) = dot < 0 ? (field, "") : (field[..dot], field[(dot + 1)..]);
        var name = member switch
        {
            "total" => "amount",
            "price" => "gross_amount",
            "discount" => "discount_amount",
            "orderId" => "key",
            "customerId" => "customer",
            "currency" => "amount_units",
            "orderedAt" => "created_at",
            _ => member,
        };
        return !many ? name : name.Length == 0 ? $"{Batch}.{number}" : $"{Batch}.{number}.{name}";
    }
}
