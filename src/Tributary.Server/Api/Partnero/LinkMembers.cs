using System.Text.Json.Nodes;
using Tributary.Links;
using Tributary.Primitives;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>What is said of a link, read from a body.</summary>
internal static class LinkMembers
{
    private static readonly string[] Utm = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"];

    public static NewLink Read(InputObject input, long referrerId)
    {
        var isDirect = input.Flag("direct_tracking", "directTracking") ?? false;
        var redirects = input.Flag("direct_tracking_redirect", "directTrackingRedirect") ?? false;
        var page = isDirect ? input.RequiredText("url", Limits.Url) : null;
        return new NewLink(
            referrerId,
            input.Text("key", Limits.Text),
            input.Text("destination_url", Limits.Url),
            LabelOf(input),
            DomainOf(input),
            ParametersOf(input),
            input.Text("id", Limits.Text),
            input.Flag("default") ?? false,
            FormOf(input) ?? LinkForm.Query,
            input.Time("expires_at"),
            DirectPage: page,
            DirectRedirectUrl: redirects ? RedirectOf(input) : null);
    }

    /// <summary>Changes what was sent and nothing else; null clears.</summary>
    public static LinkChange ReadChange(InputObject input, Link link) => new()
    {
        Key = input.Text("key", Limits.Text),
        Label = Given(input, "label", () => LabelOf(input)),
        Destination = Given(input, "destination_url", () => input.Text("destination_url", Limits.Url)),
        Parameters = HasParameters(input) ? ParametersOf(input) ?? [] : null,
        DomainNumber = Given(input, "domain_id", () => DomainOf(input)),
        IsDefault = input.Flag("default"),
        ExpiresAt = Given(input, "expires_at", () => input.Time("expires_at")),
        State = StateOf(input),
        Form = FormOf(input),
        DirectPage = DirectPageOf(input, link),
        DirectRedirectUrl = DirectRedirectOf(input),
    };

    /// <summary>The member that a refusal of the engine's blames.</summary>
    public static string FieldOf(string field) => field switch
    {
        "destination" => "destination_url",
        "domainId" => "domain_id",
        "form" => "format",
        "expiresAt" => "expires_at",
        "directPage" => "url",
        "directRedirectUrl" => "direct_tracking_redirect_url",
        "code" => "key",
        _ => field,
    };

    /// <summary>Any text, line breaks too.</summary>
    private static string? LabelOf(InputObject input)
    {
        if (input.Members["label"] is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String)
        {
            var label = value.GetValue<string>();
            if (label.Length > Limits.Text)
                input.Report("label", $"The label has at most {Limits.Text} characters.");
            return label.Length == 0 ? null : label;
        }
        return input.Text("label");
    }

    /// <summary>Null: the primary one, or none was named.</summary>
    private static int? DomainOf(InputObject input)
    {
        var number = (int?)input.Integer("domain_id", 0, int.MaxValue);
        var isAdditional = input.Flag("is_additional", "isAdditional");
        if (isAdditional is not null && input.Members.ContainsKey("domain_id") && isAdditional != (number is not null))
            input.Report("is_additional", "The is_additional contradicts the domain_id.");
        return number;
    }

    private static bool HasParameters(InputObject input) =>
        input.Members.ContainsKey("parameters") || Utm.Any(name => input.Members.ContainsKey(name));

    /// <summary>Those of the object first, then the flat ones that it does not have; null where none was sent.</summary>
    private static IReadOnlyList<LinkParameter>? ParametersOf(InputObject input)
    {
        if (!HasParameters(input))
            return null;
        var parameters = (input.TextsByName("parameters", 20) ?? []).Select(pair => new LinkParameter(pair.Key, pair.Value)).ToList();
        foreach (var name in Utm)
        {
            if (input.Text(name) is { } value && parameters.TrueForAll(parameter => parameter.Name != name))
                parameters.Add(new LinkParameter(name, value));
        }
        return parameters;
    }

    private static LinkForm? FormOf(InputObject input)
    {
        if (input.Text("format")?.ToLowerInvariant() is not { } word)
            return null;
        if (LinkWords.TryParse(word, out LinkForm form) && form != LinkForm.Direct)
            return form;
        input.Report("format", "The format must be query, path, subdomain or short.");
        return null;
    }

    private static LinkState? StateOf(InputObject input)
    {
        if (input.Text("status")?.ToLowerInvariant() is not { } word)
            return null;
        if (LinkWords.TryParse(word, out LinkState state) && state is LinkState.Active or LinkState.Paused)
            return state;
        input.Report("status", "The status must be active or paused.");
        return null;
    }

    /// <summary>The address counts only where the link is or becomes a direct one.</summary>
    private static Given<string?>? DirectPageOf(InputObject input, Link link)
    {
        var isDirect = input.Flag("direct_tracking", "directTracking");
        if (isDirect == false)
            return new Given<string?>(null);
        if (isDirect == true && link.DirectPage is null)
            return new Given<string?>(input.RequiredText("url", Limits.Url));
        return (isDirect == true || link.DirectPage is not null) && input.Text("url", Limits.Url) is { } page ? new Given<string?>(page) : null;
    }

    private static Given<string?>? DirectRedirectOf(InputObject input)
    {
        var redirects = input.Flag("direct_tracking_redirect", "directTrackingRedirect");
        if (redirects == false)
            return new Given<string?>(null);
        return RedirectOf(input) is { } url ? new Given<string?>(url) : null;
    }

    private static string? RedirectOf(InputObject input) =>
        input.Text("direct_tracking_redirect_url", Limits.Url, "directTrackingRedirectUrl");

    private static Given<T>? Given<T>(InputObject input, string member, Func<T> read) =>
        input.Members.ContainsKey(member) ? new Given<T>(read()) : null;
}
