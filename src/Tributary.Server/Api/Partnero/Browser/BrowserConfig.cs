using System.Text.Json.Serialization;
using Tributary.Links;
using Tributary.Programs;

namespace Tributary.Server.Api.Partnero.Browser;

/// <summary>What the snippet needs to know of a programme.</summary>
/// <param name="Code">Name of the cookie with the code that arrived; then those of click and visitor.</param>
/// <param name="Parameter">The query parameter with a click's id.</param>
/// <param name="Parameters">Those that may carry a code, in lower case, in their order.</param>
/// <param name="Days">Life of what is remembered.</param>
/// <param name="Domain">For cookies that neighbouring sites share; null: this host alone.</param>
/// <param name="Subdomains">Hosts below which a label is a code.</param>
/// <param name="Domains">Hosts that the programme's links lead to.</param>
internal sealed record BrowserConfig(
    string Code,
    string Click,
    string Visitor,
    string Parameter,
    IReadOnlyList<string> Parameters,
    string Model,
    int Days,
    string? Domain,
    string Consent,
    string Type,
    IReadOnlyList<string> Subdomains,
    IReadOnlyList<string> Domains)
{
    private const int MostDays = 400;

    public const string VisitorCookie = "partnero_session_uuid";

    public static PartneroAnswer Answer(BrowserCall call)
    {
        var host = call.Http.Request.Query["on"] is [{ Length: > 0 } named] ? named : HostOf(call.Origin ?? call.Http.Request.Headers.Referer);
        var config = Of(call.Sites, host);
        return new PartneroAnswer(
            StatusCodes.Status200OK, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(config, BrowserJson.Default.BrowserConfig))
        {
            // Where the page is known by what a cache does not look at, it may differ by page.
            Headers = [("Cache-Control", call.Origin is null && !call.Http.Request.Query.ContainsKey("on") ? "private, max-age=300" : "public, max-age=300")],
        };
    }

    private static string? HostOf(string? page) => Uri.TryCreate(page, UriKind.Absolute, out var uri) ? uri.Host : null;

    public static BrowserConfig Of(ProgramSites sites, string? pageHost)
    {
        var settings = sites.Program.Settings;
        return new BrowserConfig(
            settings.Partnero.CodeCookie,
            settings.Links.ClickParameter,
            VisitorCookie,
            settings.Links.ClickParameter,
            [.. settings.Links.AllParametersRead.Select(name => name.ToLowerInvariant())],
            settings.Attribution.ClickModel switch { ClickModel.Last => "last", ClickModel.First => "first" },
            DaysOf(settings.Attribution),
            sites.CookieDomain(pageHost),
            settings.Clicks.Consent switch { ConsentMode.Implied => "implied", ConsentMode.Required => "required", ConsentMode.Anonymous => "anonymous" },
            settings.Partnero.Type switch { PartneroType.Affiliate => "affiliate", PartneroType.ReferAFriend => "refer_a_friend" },
            sites.Wildcards,
            sites.Hosts);
    }

    public static int DaysOf(AttributionSettings settings) => settings.WindowDays is 0 or > MostDays ? MostDays : settings.WindowDays;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrowserConfig))]
[JsonSerializable(typeof(BrowserTouch))]
internal sealed partial class BrowserJson : JsonSerializerContext;
