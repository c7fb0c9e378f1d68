using System.Buffers;

namespace Tributary.Clicks.Agents;

/// <summary>Tokens that decide before and over the lists: link previews, and browsers inside apps (CL-22, CL-23).</summary>
internal static class AgentTokens
{
    private static readonly SearchValues<string> Previews = SearchValues.Create(
    [
        "Slackbot-LinkExpanding", "Slack-ImgProxy", "facebookexternalhit", "meta-externalagent", "TelegramBot", "Discordbot",
        "Twitterbot", "LinkedInBot", "SkypeUriPreview", "Applebot", "redditbot", "Mastodon", "Pleroma", "Misskey", "Akkoma",
        "Friendica", "PeerTube", "gotosocial", "Iframely", "Embedly",
    ], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> RobotWords =
        SearchValues.Create(["crawl", "spider", "preview", "headless"], StringComparison.OrdinalIgnoreCase);

    private static readonly string[] Apps =
    [
        "Instagram", "FBAN", "FBAV", "FB_IAB", "MetaIAB", "Snapchat", "Pinterest", "LinkedInApp", "TikTok", "musical_ly",
        "BytedanceWebview", "Line", "MicroMessenger", "KAKAOTALK", "GSA", "Electron",
    ];

    /// <summary>What an agent of a person's browser begins with: today's, and those of old phones.</summary>
    private static readonly string[] BrowserStarts =
    [
        "Mozilla/", "Opera/", "UCWEB", "Nokia", "SonyEricsson", "BlackBerry", "SAMSUNG-", "LG-", "LG/", "LGE-", "MOT-", "SIE-", "ZTE-",
        "HTC", "Alcatel", "KDDI-", "DoCoMo/", "J-PHONE/", "Vodafone/", "SoftBank/", "PANTECH", "HUAWEI", "Huawei", "Karbonn", "MAUI",
    ];

    public static bool IsPreview(string agent) =>
        agent.AsSpan().ContainsAny(Previews) || agent.StartsWith("WhatsApp/", StringComparison.OrdinalIgnoreCase);

    public static bool BeginsLikeABrowser(string agent) => BrowserStarts.Any(start => agent.StartsWith(start, StringComparison.Ordinal));

    /// <summary>A person in an app that shows pages, and nothing that a robot would say of itself.</summary>
    public static bool IsPersonInApp(string agent) =>
        agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal)
        && Apps.Any(app => HasToken(agent, app))
        && !agent.AsSpan().ContainsAny(RobotWords)
        && !HasRobotWord(agent);

    /// <summary>Whether the token stands as a whole product name.</summary>
    private static bool HasToken(string agent, string token)
    {
        for (var at = agent.IndexOf(token, StringComparison.Ordinal); at >= 0; at = agent.IndexOf(token, at + 1, StringComparison.Ordinal))
            if (IsEdge(agent, at - 1) && IsEdge(agent, at + token.Length))
                return true;
        return false;
    }

    /// <summary><c>bot</c> or <c>bots</c> at the end of a word; not the phone maker Cubot.</summary>
    private static bool HasRobotWord(string agent)
    {
        for (var at = agent.IndexOf("bot", StringComparison.OrdinalIgnoreCase); at >= 0; at = agent.IndexOf("bot", at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + 3 < agent.Length && agent[at + 3] is 's' or 'S' ? at + 4 : at + 3;
            var isMaker = at >= 2 && agent.AsSpan(at - 2, 2).Equals("cu", StringComparison.OrdinalIgnoreCase);
            if (IsEdge(agent, end) && !isMaker)
                return true;
        }
        return false;
    }

    private static bool IsEdge(string agent, int at) => at < 0 || at >= agent.Length || !char.IsAsciiLetterOrDigit(agent[at]);
}
