using System.Globalization;
using System.Text.Json;
using Tributary.Clicks.Landing;
using Tributary.Programs;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Hosting;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>Arrivals that a page tells of: through a link with a token, or at a page that is somebody's own.</summary>
internal sealed class BrowserTouches(LandingIntake intake, VisitorOrigins origins)
{
    private const int LongestAddress = 4_096;
    private const int LongestId = 64;
    private const int VisitorDays = 400;
    private const int SecondsPerDay = 86_400;

    public Task<PartneroAnswer> TouchAsync(BrowserCall call, CancellationToken ct) => RecordAsync(call, isDirect: false, ct);

    public Task<PartneroAnswer> DirectAsync(BrowserCall call, CancellationToken ct) => RecordAsync(call, isDirect: true, ct);

    private async Task<PartneroAnswer> RecordAsync(BrowserCall call, bool isDirect, CancellationToken ct)
    {
        var report = Read(call, isDirect);
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var landed = await intake.RecordAsync(call.Sites, report, ct);
        var touch = new BrowserTouch(landed.Code, landed.ClickId?.ToString(), landed.VisitorId?.ToString("D"), landed.RedirectUrl);
        if (call.Input.Flag("first_party") == true && landed.Code is not null)
            GiveCookies(call, report, touch);
        return new PartneroAnswer(StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(touch, BrowserJson.Default.BrowserTouch));
    }

    private LandingReport Read(BrowserCall call, bool isDirect)
    {
        var (input, headers) = (call.Input, call.Http.Request.Headers);
        return new LandingReport
        {
            Url = input.RequiredText("url", LongestAddress),
            Referrer = input.Text("referrer", LongestAddress),
            ArrivedAt = input.Integer("at", 0, 1L << 52) is { } milliseconds ? At(milliseconds) : null,
            ClickId = input.Text("click", LongestId),
            VisitorId = input.Text("visitor", LongestId),
            Framed = input.Flag("frame") ?? false,
            WebDriver = input.Flag("webdriver") ?? false,
            Gpc = (input.Flag("gpc") ?? false) || headers["Sec-GPC"] == "1",
            Dnt = headers["DNT"] == "1",
            IsDirect = isDirect,
            Agent = headers.UserAgent,
            Address = call.Http.Connection.RemoteIpAddress,
            HasAcceptLanguage = headers.AcceptLanguage.Count > 0,
            Country = origins.Country(headers),
            IsFlood = origins.IsFlood(call.Http.Connection.RemoteIpAddress),
        };
    }

    private static DateTimeOffset? At(long milliseconds)
    {
        var most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return milliseconds <= most ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;
    }

    /// <summary>
    /// Through a path of the merchant's own origin, cookies that the answer sets last longer than a script's (CL-43). A first
    /// click that is remembered stays.
    /// </summary>
    private static void GiveCookies(BrowserCall call, LandingReport report, BrowserTouch touch)
    {
        var page = new Uri(report.Url);
        var config = BrowserConfig.Of(call.Sites, page.Host);
        var stays = call.Sites.Program.Settings.Attribution.ClickModel == ClickModel.First && call.Http.Request.Cookies.ContainsKey(config.Code);
        if (call.Sites.Program.Settings.Clicks.Consent == ConsentMode.Anonymous)
            return;
        var rest = (config.Domain is null ? "" : $"; domain={config.Domain}") + (page.Scheme == "https" ? "; secure" : "");
        if (!stays)
        {
            Give(config.Code, touch.Code, config.Days);
            Give(config.Click, touch.Click, config.Days);
        }
        Give(config.Visitor, touch.Visitor, VisitorDays);

        void Give(string name, string? value, int days)
        {
            if (value is not null)
            {
                call.Http.Response.Headers.Append(
                    "Set-Cookie",
                    string.Create(CultureInfo.InvariantCulture, $"{name}={Uri.EscapeDataString(value)}; max-age={days * SecondsPerDay}; path=/; samesite=lax{rest}"));
            }
        }
    }
}

/// <summary>What the browser is to remember; nothing where the visit does not count.</summary>
internal sealed record BrowserTouch(string? Code, string? Click, string? Visitor, string? Redirect);
