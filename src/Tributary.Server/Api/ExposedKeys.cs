using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Storage;

namespace Tributary.Server.Api;

/// <summary>Keys that came in a URL: refused, and written into the owner's audit log so that they are rotated.</summary>
internal sealed class ExposedKeys(KeyDirectory directory, Transactions transactions)
{
    public static bool IsIn(IQueryCollection query)
    {
        foreach (var (_, values) in query)
            foreach (var value in values)
                if (ApiKeyToken.TryParse(value, out _))
                    return true;
        return false;
    }

    public async Task ReportAsync(HttpContext http)
    {
        foreach (var value in http.Request.Query.SelectMany(parameter => parameter.Value))
            if (await directory.FindAsync(value, http.RequestAborted) is { } found)
                await ReportAsync(http, found);
    }

    private async Task ReportAsync(HttpContext http, PresentedKey found)
    {
        var caller = new Caller("stranger", Trusted: false, ClientAddress.Kept(http.Connection.RemoteIpAddress), http.TraceIdentifier);
        await transactions.RunAsync(
            found.Program.Id,
            caller,
            (tx, _) =>
            {
                tx.Audit("key.seen_in_url", $"key:{found.Key.PublicId}", null, null, "A key in a URL is refused; rotate it.");
                return Task.FromResult(Outcome.Of(found));
            },
            http.RequestAborted);
    }
}
