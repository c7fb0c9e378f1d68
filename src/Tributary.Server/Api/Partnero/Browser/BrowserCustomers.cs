using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Signups;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>Sign-ups that a page tells of. Anybody can tell them, so they describe new customers only, and answer nothing but that they arrived.</summary>
internal sealed class BrowserCustomers(RegisterCustomer register)
{
    public async Task<PartneroAnswer> PostAsync(BrowserCall call, CancellationToken ct)
    {
        var data = call.Input.Object("data") ?? call.Input;
        var customer = Read(call.Sites.Program, data.Object("customer") ?? data);
        var claim = BrowserClaims.Read(call.Input, data);
        if (customer is null)
            call.Input.Report(PartneroErrors.Missing("data.key"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return (await register.ExecuteAsync(call.Sites.Program, customer!, claim, call.Caller, ct)).TryGet(out _, out var problem)
            ? PartneroAnswer.Done()
            : PartneroErrors.From(problem);
    }

    /// <summary>Null where nothing says who it is.</summary>
    public static CustomerInput? Read(ReferralProgram program, InputObject data)
    {
        var (id, key, email) = (data.Text("id", Limits.CustomerId), data.Text("key", Limits.CustomerId), data.Text("email", Limits.Email));
        var named = program.Settings.Partnero.Type switch
        {
            PartneroType.Affiliate => key ?? id ?? email,
            PartneroType.ReferAFriend => id ?? key ?? email,
        };
        return named is null or { Length: > Limits.CustomerId }
            ? null
            : CustomerMembers.Describe(data) with { MerchantId = named, OnlyIfNew = true };
    }
}
