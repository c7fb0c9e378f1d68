using Tributary.Programs;

namespace Tributary.Links;

/// <summary>A link as a visitor met it: whose it is, what became of it, and where it leads.</summary>
public sealed class RedirectTarget
{
    public required RedirectProgram Program { get; init; }

    public required long LinkId { get; init; }

    public required long ReferrerId { get; init; }

    public required LinkState State { get; init; }

    /// <summary>Whether valid clicks use the link up; <c>links.click_limit</c> says how many.</summary>
    public required bool HasClickLimit { get; init; }

    public required LinkForm Form { get; init; }

    /// <summary>As it was typed.</summary>
    public required string Token { get; init; }

    /// <summary>The link's key, which is passed on whatever token was typed.</summary>
    public required string Code { get; init; }

    /// <summary>Of a direct link: where visitors of its page are led; null: nowhere.</summary>
    public string? DirectRedirectUrl { get; init; }

    /// <summary>The destination as far as it does not depend on the request's query.</summary>
    internal string Destination { get; init; } = "";

    /// <summary>The link's own, encoded.</summary>
    internal string Parameters { get; init; } = "";

    /// <summary>
    /// Where the visitor is led: destination, code, the link's own parameters, what arrived, the click's id (CL-13).
    /// Nothing that arrived changes scheme, host or port.
    /// </summary>
    /// <param name="query">Of the request, as it came, with or without its question mark.</param>
    /// <param name="clickId">Null: none is passed on.</param>
    public string Location(string query, string? clickId) =>
        LinkUrl.Location(Destination, Program.Program.Settings.Links, Code, Parameters, query, clickId);

    /// <summary>The same without code and click id, for what must not earn.</summary>
    public string LocationWithoutCode(string query) =>
        LinkUrl.Location(Destination, Program.Program.Settings.Links, null, Parameters, query, null);
}

/// <summary>What was found for a request at a redirect host.</summary>
/// <param name="Target">Null: the token is nobody's, or the request holds none.</param>
/// <param name="Token">What was looked for; null where the request holds nothing that could be a token.</param>
/// <param name="Program">In which programme; null where several or all could have been meant.</param>
public sealed record RedirectAnswer(RedirectTarget? Target, string? Token, RedirectProgram? Program);
