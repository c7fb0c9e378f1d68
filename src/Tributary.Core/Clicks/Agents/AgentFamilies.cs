namespace Tributary.Clicks.Agents;

/// <summary>Browser, system and device of an agent, by their names alone: enough for reports, too coarse to recognise anybody.</summary>
internal static class AgentFamilies
{
    /// <summary>The first whose token is there counts: what is built on another names both.</summary>
    private static readonly (string Token, string Family)[] Browsers =
    [
        ("Instagram", "Instagram"), ("FBAN", "Facebook"), ("FBAV", "Facebook"), ("FB_IAB", "Facebook"), ("MetaIAB", "Facebook"),
        ("musical_ly", "TikTok"), ("BytedanceWebview", "TikTok"), ("TikTok", "TikTok"), ("Snapchat", "Snapchat"),
        ("Pinterest", "Pinterest"), ("LinkedInApp", "LinkedIn"), ("Line/", "Line"), ("MicroMessenger", "WeChat"),
        ("KAKAOTALK", "KakaoTalk"), ("GSA/", "Google app"), ("Edg", "Edge"), ("OPR/", "Opera"), ("OPT/", "Opera"), ("Opera", "Opera"),
        ("SamsungBrowser", "Samsung Internet"), ("UCBrowser", "UC Browser"), ("UCWEB", "UC Browser"), ("YaBrowser", "Yandex"),
        ("DuckDuckGo", "DuckDuckGo"), ("Ddg/", "DuckDuckGo"), ("Vivaldi", "Vivaldi"), ("Silk/", "Silk"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Trident/", "Internet Explorer"), ("MSIE", "Internet Explorer"), ("Safari", "Safari"),
    ];

    private static readonly (string Token, string Family)[] Systems =
    [
        ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("iPod", "iOS"), ("CrOS", "ChromeOS"),
        ("Macintosh", "macOS"), ("Mac OS X", "macOS"), ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"), ("X11", "Linux"),
    ];

    public static string Browser(string agent) => First(Browsers, agent);

    public static string System(string agent) => First(Systems, agent);

    public static string Device(string agent)
    {
        if (Has(agent, "TV") || Has(agent, "PlayStation") || Has(agent, "Xbox"))
            return "tv";
        if (Has(agent, "iPad") || Has(agent, "Tablet") || (Has(agent, "Android") && !Has(agent, "Mobile")))
            return "tablet";
        return Has(agent, "Mobile") || Has(agent, "iPhone") || Has(agent, "iPod") || Has(agent, "Opera Mini") ? "mobile" : "desktop";
    }

    private static string First((string Token, string Family)[] table, string agent)
    {
        foreach (var (token, family) in table)
            if (Has(agent, token))
                return family;
        return "other";
    }

    private static bool Has(string agent, string token) => agent.Contains(token, StringComparison.Ordinal);
}
