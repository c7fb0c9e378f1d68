using System.Diagnostics;
using Tributary.Clicks.Agents;
using Tributary.Primitives;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Clicks;

public sealed class AgentTests
{
    private const string Chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36";
    private const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

    private static readonly AgentTable Table = new(AgentLists.Load(null));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    [InlineData("MyShop App 3")]
    [InlineData("okhttp/4.12.0")]
    public void CL20_what_does_not_begin_like_a_browser_is_a_robot(string? agent) => Table.Of(agent).IsRobot.ShouldBeTrue();

    [Fact]
    public void CL20_an_agent_that_only_its_beginning_betrays_is_a_robot() =>
        Table.Of("Moxilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36").IsRobot.ShouldBeTrue();

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "search-engine")]
    [InlineData("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "ai-crawler")]
    [InlineData("curl/8.5.0", "http-library")]
    public void CL21_the_published_list_says_what_kind_of_robot_it_is(string agent, string kind)
    {
        Table.Of(agent).IsRobot.ShouldBeTrue();
        Table.Of(agent).RobotKind.ShouldBe(kind);
    }

    [Fact]
    public void CL21_each_list_knows_a_robot_that_the_others_do_not()
    {
        const string ofCrawlers = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Stripe/1.0";
        const string ofIsBot = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 pageburst";
        var lists = AgentLists.Load(null).Robots;
        lists[0].Find(ofCrawlers).ShouldNotBeNull();
        lists[1].Find(ofCrawlers).ShouldBeNull();
        lists[0].Find(ofIsBot).ShouldBeNull();
        lists[1].Find(ofIsBot).ShouldNotBeNull();
        Table.Of(ofCrawlers).IsRobot.ShouldBeTrue();
        Table.Of(ofIsBot).IsRobot.ShouldBeTrue();
    }

    [Theory]
    [InlineData("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")]
    [InlineData("Slack-ImgProxy (+https://api.slack.com/robots)")]
    [InlineData("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)")]
    [InlineData("meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)")]
    [InlineData("WhatsApp/2.23.20.0")]
    [InlineData("TelegramBot (like TwitterBot)")]
    [InlineData("Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)")]
    [InlineData("Twitterbot/1.0")]
    [InlineData("LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)")]
    [InlineData("Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)")]
    [InlineData("Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)")]
    [InlineData("http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.example/)")]
    [InlineData("Misskey/13.0.0 (https://misskey.example)")]
    [InlineData("Iframely/1.3.1 (+https://iframely.com/docs/about)")]
    [InlineData("Mozilla/5.0 (compatible; Embedly/0.2; +http://support.embed.ly/)")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0")]
    public void CL22_link_previews_are_robots(string agent)
    {
        Table.Of(agent).IsRobot.ShouldBeTrue();
        Table.Of(agent).RobotKind.ShouldBe("social-preview");
    }

    [Theory]
    [InlineData(Phone + " Mobile/22F76 Instagram 385.0.0.20.73 (iPhone15,2; iOS 18_5; en_US; en; scale=3.00; 1179x2556; 755555555)")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/AP2A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 Instagram 340.0 Android (34/14; 420dpi; Google/google; Pixel 8; shiba; en_US)")]
    [InlineData(Phone + " Mobile/15E148 [FBAN/FBIOS;FBAV/500.0.0.48.111;FBBV/690000000;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/18.0;FBSS/3;FBLC/en_US;FBOP/5]")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/470.0.0.0;]")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/126.0 Mobile Safari/537.36 MetaIAB Facebook")]
    [InlineData(Phone + " Mobile/22F76 Snapchat/13.20.0.42 (like Safari/8620.1.16.10.11, panda)")]
    [InlineData(Phone + " Mobile/15E148 [Pinterest/iOS]")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.30.500")]
    [InlineData(Phone + " Mobile/22F76 musical_ly_39.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US BytedanceWebview/d8a21c6")]
    [InlineData("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 TikTok 30.0 url")]
    [InlineData(Phone + " Mobile/15E148 Safari Line/14.8.0")]
    [InlineData(Phone + " Mobile/15E148 MicroMessenger/8.0.49(0x18003131) NetType/WIFI Language/zh_CN")]
    [InlineData(Phone + " Mobile/15E148 KAKAOTALK/10.8.5 (INAPP)")]
    [InlineData(Phone + " GSA/370.0.780000000 Mobile/15E148 Safari/604.1")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Notion/3.10.0 Chrome/124.0 Electron/30.0.0 Safari/537.36")]
    public void CL23_people_inside_apps_are_people(string agent) => Table.Of(agent).IsRobot.ShouldBeFalse();

    [Theory]
    [InlineData(Phone + " Mobile/22F76 Instagram 385.0 facebookexternalhit/1.1")]
    [InlineData(Phone + " Mobile/22F76 Instagram 385.0 crawler")]
    [InlineData(Phone + " Mobile/22F76 Instagram 385.0 somebot/1.0")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/124.0 Electron/30.0.0 Safari/537.36")]
    [InlineData("NotMozilla/5.0 Instagram 385.0 curl/8.0")]
    [InlineData("Mozilla/5.0 (compatible; xInstagramx) pageburst")]
    public void CL23_a_robot_that_names_an_app_stays_a_robot(string agent) => Table.Of(agent).IsRobot.ShouldBeTrue();

    [Theory]
    [InlineData(Chrome, "Chrome", "Windows", "desktop")]
    [InlineData(Phone + " Version/18.5 Mobile/15E148 Safari/604.1", "Safari", "iOS", "mobile")]
    [InlineData("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0", "Firefox", "Linux", "desktop")]
    [InlineData("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36", "Chrome", "Android", "tablet")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36 Edg/138.0", "Edge", "Windows", "desktop")]
    [InlineData("Mozilla/5.0 (Linux; U; Android 4.4.2; en-us; CUBOT S208 Build/KOT49H) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30", "Safari", "Android", "mobile")]
    public void CL5_browsers_are_told_apart_by_family(string agent, string browser, string system, string device)
    {
        var facts = Table.Of(agent);
        facts.IsRobot.ShouldBeFalse();
        (facts.Browser, facts.System, facts.Device).ShouldBe((browser, system, device));
    }

    [Fact]
    public void CL21_an_operators_lists_come_on_top()
    {
        var folder = Directory.CreateTempSubdirectory("tributary-lists-").FullName;
        try
        {
            File.WriteAllLines(Path.Combine(folder, "robots.txt"), ["# ours", @"ShopMonitor/\d"]);
            File.WriteAllLines(Path.Combine(folder, "people.txt"), ["^CompanyBrowser/"]);
            File.WriteAllText(
                Path.Combine(folder, "crawlers.json"),
                """{"source":"exchanged 2","licence":"MIT","date":"2027-01-02","patterns":[["OnlyInTheNewList","scanner"]]}""");
            var table = new AgentTable(AgentLists.Load(folder));
            table.Of(Chrome + " ShopMonitor/3").IsRobot.ShouldBeTrue();
            table.Of("CompanyBrowser/1.0 (bot)").IsRobot.ShouldBeFalse();
            table.Of(Chrome + " OnlyInTheNewList").RobotKind.ShouldBe("scanner");
            table.Versions.All.Select(list => (list.Source, list.At)).ShouldContain(("exchanged 2", new DateTimeOffset(2027, 1, 2, 0, 0, 0, TimeSpan.Zero)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void CL26_an_agent_is_judged_in_microseconds_whatever_it_is()
    {
        string[] hostile =
        [
            Chrome, new string('a', 1_024), string.Concat(Enumerable.Repeat("a.1", 341)), new string('(', 1_024),
            string.Concat(Enumerable.Repeat("google/google ", 73)), string.Concat(Enumerable.Repeat("(?: .-%", 146)), "Mozilla/5.0 " + new string('b', 1_000),
        ];
        foreach (var agent in hostile)
        {
            for (var warm = 0; warm < 200; warm++)
                Table.Judge(agent);
            var best = Enumerable.Range(0, 5).Min(_ => Microseconds(agent));
            best.ShouldBeLessThan(agent.Length > 500 ? 200 : 20, $"{agent[..20]}…");
        }
    }

    [Fact]
    public void CL20_an_agent_that_is_cut_within_a_letter_can_be_kept()
    {
        var cut = Chrome + new string('x', AgentTable.MostCharacters - Chrome.Length - 1) + "\U0001F600";
        foreach (var agent in new[] { cut, Chrome + "\0" })
            StorableText.IsStorable(Table.Of(agent).Text).ShouldBeTrue();
    }

    [Fact]
    public void CL26_what_was_judged_is_remembered_and_the_memory_is_bounded()
    {
        var table = new AgentTable(AgentLists.Load(null));
        var first = table.Of(Chrome);
        table.Of(Chrome).ShouldBeSameAs(first);
        for (var other = 0; other < AgentTable.MostRemembered * 2; other++)
            table.Of($"{Chrome} Other/{other}");
        table.Of(Chrome).ShouldNotBeSameAs(first);
    }

    private static double Microseconds(string agent)
    {
        const int times = 50;
        var begun = Stopwatch.GetTimestamp();
        for (var time = 0; time < times; time++)
            Table.Judge(agent);
        return Stopwatch.GetElapsedTime(begun).TotalMicroseconds / times / MachineLoad.Stretch(TimeSpan.FromSeconds(1)).TotalSeconds;
    }
}
