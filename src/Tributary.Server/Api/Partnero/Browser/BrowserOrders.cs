using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>
/// Orders that a page tells of. They are recorded with their rewards held; what a page says of partners, rewards, times and
/// products is passed over, and what it repeats changes nothing.
/// </summary>
internal sealed class BrowserOrders(RecordOrder record)
{
    public async Task<PartneroAnswer> PostAsync(BrowserCall call, CancellationToken ct)
    {
        var data = call.Input.Object("data") ?? call.Input;
        var customer = data.Object("customer") is { } nested ? BrowserCustomers.Read(call.Sites.Program, nested) : null;
        var key = data.RequiredText("key", Limits.OrderId, "transaction_id", "id");
        var currency = data.Currency(call.Sites.Program.Currency, "amount_units", "currency");
        var amount = data.RequiredMoney("amount", currency);
        var claim = BrowserClaims.Read(call.Input, data);
        if (customer is null)
            call.Input.Report(PartneroErrors.Missing("data.customer.key"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var order = new OrderInput
        {
            Customer = customer!,
            OrderId = key,
            Total = amount,
            Currency = currency,
            Claim = claim,
            FromBrowser = true,
        };
        var recorded = await record.ExecuteAsync(call.Sites.Program, order, call.Caller, ct);
        // That an order of this key exists with other content is not told: anybody may ask.
        return recorded.TryGet(out _, out var problem) || problem.Code == ProblemCode.Conflict ? PartneroAnswer.Done() : PartneroErrors.From(problem);
    }
}
