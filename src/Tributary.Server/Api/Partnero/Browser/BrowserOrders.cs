using Tributary.Orders;
using Tributary.Primitives;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>
/// Orders that a page tells of. They are recorded with their rewards held; what a page says of partners, rewards and times is
/// passed over, and what it repeats changes nothing.
/// </summary>
internal sealed class BrowserOrders(RecordOrder record, TimeProvider clock)
{
    /// <summary>What only the merchant's server may say.</summary>
    private static readonly string[] Ignored = ["reward", "rewarded", "rewardable", "created_at"];

    public async Task<PartneroAnswer> PostAsync(BrowserCall call, CancellationToken ct)
    {
        var data = call.Input.Object("data") ?? call.Input;
        foreach (var name in Ignored)
            data.Members.Remove(name);
        var customer = data.Object("customer") is { } nested ? BrowserCustomers.Read(call.Sites.Program, nested) : null;
        if (customer is null)
            call.Input.Report(PartneroErrors.Missing("data.customer.key"));
        if (!data.Has("key", "transaction_id", "id"))
            call.Input.Report(PartneroErrors.Missing("data.key"));
        var order = TransactionMembers.Read(call.Sites.Program, data, data, usualKey: null, clock.GetUtcNow());
        var claim = BrowserClaims.Read(call.Input, data);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        order = TransactionMembers.WithContent(order with { Customer = customer!, Claim = claim, FromBrowser = true });
        var recorded = await record.ExecuteAsync(call.Sites.Program, order, call.Caller, ct);
        // That an order of this key exists with other content is not told: anybody may ask.
        return recorded.TryGet(out _, out var problem) || problem.Code == ProblemCode.Conflict ? PartneroAnswer.Done() : PartneroErrors.From(problem);
    }
}
