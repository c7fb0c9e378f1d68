using System.Diagnostics;
using System.Text.Json;
using Tributary.Chains;
using Tributary.Reporting.Support;
using Tributary.Server.Api.DeBridge.Gateway;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.DeBridge;

/// <summary>
/// What is written down of a request while it is answered. Of its parameters only those that support needs keep their values: codes,
/// fees, authorities, chains, tokens, amounts and filters. A token never does, nor does anything of a header or body besides.
/// </summary>
internal sealed class RequestTrace(DateTimeOffset at)
{
    private const int LongestName = 64;
    private const int LongestValue = 256;
    private const int MostParameters = 60;
    private const string Token = "accesstoken";

    /// <summary>Larger answers are not searched for an error.</summary>
    private const int MostSearched = 64 * 1024;

    private static readonly HashSet<string> Kept = new(
    [
        GatewayRules.Code, GatewayRules.Percent, GatewayRules.Recipient, "affiliateFee", "affiliateFeeBeneficiary", "srcAllowedCancelBeneficiary",
        "dstChainOrderAuthorityAddress", "srcChainOrderAuthorityAddress", "srcChainId", "dstChainId", "chainId", "srcChainTokenIn",
        "srcChainTokenInAmount", "dstChainTokenOut", "dstChainTokenOutAmount", "tokenIn", "tokenInAmount", "tokenOut", "walletAddress", "period",
        "dateFrom", "dateTo", .. OrderFilters.Members.Select(member => member.Name),
    ], StringComparer.OrdinalIgnoreCase);

    private readonly long started = Stopwatch.GetTimestamp();
    private DeBridgeCall? call;
    private DeBridgeRoute? route;
    private long? programId;

    /// <summary>Known once the programme is.</summary>
    public void Let(DeBridgeRoute asked, long program) => (route, programId) = (asked, program);

    public void Let(DeBridgeCall letIn) => call = letIn;

    /// <summary>Null: it reached no programme, so it is nobody's.</summary>
    public LoggedRequest? Finish(HttpContext http, DeBridgeAnswer answer)
    {
        if (programId is not { } program || route is null)
            return null;
        var parameters = Parameters(http);
        return new LoggedRequest(
            program, CodeOf(parameters), at, $"{route.Method} {route.Path}", StatusOf(answer), ErrorOf(answer, route.Service),
            (int)Math.Min(int.MaxValue, Stopwatch.GetElapsedTime(started).TotalMilliseconds), http.TraceIdentifier, OrderIdOf(),
            (answer as DeBridgeRelay)?.Status, ClientAddress.Kept(http.Connection.RemoteIpAddress), Json(parameters));
    }

    private List<KeyValuePair<string, string>> Parameters(HttpContext http)
    {
        var sent = http.Request.Query.SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value ?? ""));
        return
        [
            .. sent.Concat(call is { Route.Method: "POST" } posted ? posted.Input.Sent : [])
                .Where(parameter => !parameter.Key.Equals(Token, StringComparison.OrdinalIgnoreCase) && parameter.Key.Length is > 0 and <= LongestName)
                .Take(MostParameters),
        ];
    }

    private long? CodeOf(List<KeyValuePair<string, string>> parameters)
    {
        var inPath = call is not null && route!.Pattern.Contains("{referralCode}", StringComparison.Ordinal) ? call.Id : null;
        var sent = inPath ?? parameters.Find(parameter => parameter.Key.Equals(GatewayRules.Code, StringComparison.OrdinalIgnoreCase)).Value;
        return WireNumber.TryInteger(sent ?? "", out var code) && code is >= 1 and <= uint.MaxValue ? code : call?.Sight.OwnCode;
    }

    private string? OrderIdOf() =>
        call is { Values: [var first, ..] } && ChainHash.TryReadOrderId(first, out var orderId) && !route!.Pattern.Contains("{hash}", StringComparison.Ordinal)
            ? orderId
            : null;

    private static int StatusOf(DeBridgeAnswer answer) => answer switch
    {
        DeBridgeError error => DeBridgeErrors.StatusOf(error.Fault),
        DeBridgeRelay relay => relay.Status,
        _ => StatusCodes.Status200OK,
    };

    private static string? ErrorOf(DeBridgeAnswer answer, DeBridgeService service) => answer switch
    {
        DeBridgeError error when service == DeBridgeService.Orders => DeBridgeErrors.OrderCodeOf(error.Fault).Id,
        DeBridgeError error => DeBridgeErrors.TrackingCodeOf(error.Fault),
        DeBridgeRelay relay => ErrorOf(relay.Body),
        _ => null,
    };

    /// <summary>The upstream's own word, also where it answers 200.</summary>
    private static string? ErrorOf(byte[] body)
    {
        if (body.Length > MostSearched || body.AsSpan().IndexOf("errorId"u8) < 0)
            return null;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("errorId", out var id)
                && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: <= LongestName } text && WireText.ComposeIfStorable(text) is { } storable
                    ? storable
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Json(List<KeyValuePair<string, string>> parameters) => System.Text.Encoding.UTF8.GetString(DeBridgeJson.Write(json =>
    {
        foreach (var (name, value) in parameters.DistinctBy(parameter => parameter.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (WireText.ComposeIfStorable(name) is not { } storable)
                continue;
            var kept = Kept.Contains(name) ? WireText.ComposeIfStorable(value.Length > LongestValue ? value[..LongestValue] : value) : null;
            json.WriteTextOrNull(storable, kept);
        }
    }));
}
