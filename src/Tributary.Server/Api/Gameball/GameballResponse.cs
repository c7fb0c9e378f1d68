using System.Globalization;
using System.Text.Json;

namespace Tributary.Server.Api.Gameball;

/// <summary>Writes answers: headers that every one has, and bodies as JSON in one piece.</summary>
internal static class GameballResponse
{
    public const string ReferralHeader = "X-Tributary-Referral";
    private const string Exposed = $"{RequestIds.Header}, {ReferralHeader}, Retry-After";
    private const string AllowedHeaders = "Content-Type, APIKey, X-GB-TOKEN, lang, x-gb-agent, OS, SDKVersion";

    /// <summary>Any page may make the calls that work without the secret; cookies and the like are never read.</summary>
    public static void AllowAnyOrigin(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = Exposed;
    }

    public static void Preflight(HttpResponse response, IEnumerable<string> methods)
    {
        AllowAnyOrigin(response);
        response.Headers.AccessControlAllowMethods = string.Join(", ", methods);
        response.Headers.AccessControlAllowHeaders = AllowedHeaders;
        response.Headers.AccessControlMaxAge = "600";
        response.StatusCode = StatusCodes.Status204NoContent;
    }

    public static void WrongMethod(HttpResponse response, IEnumerable<string> methods)
    {
        response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        response.Headers.Allow = string.Join(", ", methods);
        response.ContentLength = 0;
    }

    public static void UnknownPath(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status404NotFound;
        response.ContentLength = 0;
    }

    public static Task WriteAsync(HttpContext http, GameballAnswer answer, bool trusted)
    {
        if (answer.Referral is { } referral)
        {
            http.Response.Headers[ReferralHeader] = referral.Accepted
                ? "accepted"
                : trusted ? $"ignored; reason={referral.Reason}" : "ignored";
        }
        return answer switch
        {
            GameballSuccess success => SendAsync(
                http, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(success.Value, success.Type)),
            GameballRefusal refusal => RefuseAsync(http, refusal.Error),
            _ => throw new InvalidOperationException("An answer of a kind that nobody writes."),
        };
    }

    public static Task RefuseAsync(HttpContext http, GameballError error)
    {
        if (error.RetryAfterSeconds is { } seconds)
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var documentation = string.Create(
            CultureInfo.InvariantCulture, $"{http.Request.Scheme}://{http.Request.Host}/docs/gameball#{error.Code}");
        var body = new ErrorBody(error.Code, error.Type, error.Message, documentation, http.TraceIdentifier);
        return SendAsync(http, error.Status, JsonSerializer.SerializeToUtf8Bytes(body, GameballJson.Answers.ErrorBody));
    }

    private static Task SendAsync(HttpContext http, int status, byte[] body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, http.RequestAborted).AsTask();
    }
}

/// <summary>Every refusal with a body; all members always, because clients believe a 404 only when it has them.</summary>
internal sealed record ErrorBody(int Code, string Type, string Message, string DocumentationUrl, string RequestId);
