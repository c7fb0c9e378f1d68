using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using Tributary.Browser.Tests.Support;
using Tributary.Tests.Support;

namespace Tributary.Browser.Tests.Snippet;

/// <summary>The snippet on a merchant's pages, in a real browser, with the shop and Tributary on two origins.</summary>
public sealed class SnippetTests(Chromium chromium, PostgresFixture postgres) : IClassFixture<Chromium>, IClassFixture<PostgresFixture>
{
    private const string CodeCookie = "partnero_partner";
    private const string ClickCookie = "trb_click";
    private const string VisitorCookie = "partnero_session_uuid";

    [Fact]
    public async Task PN_2_a_link_of_any_parameter_and_page_is_one_valid_click_and_sets_the_partners_cookie()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        foreach (var path in (string[])["/?ref=JOHN20", "/?via=JOHN20", "/pricing?REF=JOHN20"])
        {
            await SnippetShop.VisitAsync(browser, shop.Site.Url(path));
            await shop.PassAsync(TimeSpan.FromMinutes(1));
        }
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 3 });
        (await SnippetShop.CookieAsync(browser, CodeCookie)).ShouldBe("JOHN20");
        (await SnippetShop.CookieAsync(browser, ClickCookie))!.Length.ShouldBe(26);
        Guid.TryParse(await SnippetShop.CookieAsync(browser, VisitorCookie), out _).ShouldBeTrue();
        (await browser.CookiesAsync()).ShouldAllBe(cookie => cookie.Domain == ".yoursite.com" && cookie.SameSite == SameSiteAttribute.Lax);
    }

    [Fact]
    public async Task A_click_becomes_a_cookie_a_sign_up_and_a_credited_order()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/pricing?ref=JOHN20"));
        await shop.PassAsync(TimeSpan.FromDays(2));

        var page = await SnippetShop.VisitAsync(browser, shop.Site.Url("/welcome", "shop.yoursite.com"));
        await CallAsync(page, "customers", "signup", new { data = new { key = "cust-77", email = "anna@example.com" } });
        (await ViaOfAsync(shop, "customers/cust-77")).ShouldNotBeNull();

        using var order = await shop.BackEnd.PostAsJsonAsync("/api/v1/orders", new { orderId = "1001", customerId = "cust-77", total = 4990, currency = "USD" });
        order.EnsureSuccessStatusCode();
        (await shop.AskAsync("orders/1001")).GetProperty("referrerId").ValueKind.ShouldBe(JsonValueKind.Number);
    }

    [Fact]
    public async Task PN_60_a_page_written_for_Partnero_works_when_its_loader_points_here()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        await shop.PayTenPercentAsync();
        var loader = $$"""
            <script>
            (function (w, d, n) {
              w.__partnerObject = n;
              function later() { var call = { a: arguments, q: [] }; var at = this.push(call); return typeof at !== 'number' ? at : later.bind(call.q); }
              later.q = later.q || []; w[n] = w[n] || later.bind(later.q); w[n].q = w[n].q || later.q;
              var script = d.createElement('script'); script.async = 1; script.src = '{{shop.Tributary}}js/universal.js?v' + Math.floor(Date.now() / 1000);
              d.head.append(script);
            })(window, document, 'po');
            po('settings', 'assets_host', 'https://assets.partnero.com');
            po('program', '{{shop.PublicId}}', 'load');
            </script>
            """;
        shop.Site.Put(loader);
        shop.Site.Put("/thanks", loader + """
            <script>
            po('customers', 'signup', { data: { key: 'cust-9', email: 'tom@example.com' } });
            po('transactions', 'create', { data: { key: 'order-9', amount: 100, amount_units: 'USD', customer: { key: 'cust-9' } } });
            </script>
            """);
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/?ref=JOHN20"));
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/thanks"));
        (await ViaOfAsync(shop, "customers/cust-9")).ShouldNotBeNull();
        (await shop.AskAsync("orders/order-9")).GetProperty("referrerId").ValueKind.ShouldBe(JsonValueKind.Number);
        (await shop.RewardStatesAsync()).ShouldBe(["held"]);
        using var told = await shop.BackEnd.PostAsJsonAsync("/api/v1/orders", new { orderId = "order-9", customerId = "cust-9", total = 10_000, currency = "USD" });
        told.EnsureSuccessStatusCode();
        (await shop.RewardStatesAsync()).ShouldBe(["pending"]);
    }

    [Fact]
    public async Task CL_11_a_page_loaded_ahead_is_no_click_and_the_click_on_it_is_one()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        var link = await shop.ShortUrlAsync("go.yours.localhost");
        shop.Site.Put("/", $$"""
            <script type="speculationrules">{"prefetch":[{"source":"list","urls":["{{link}}"],"eagerness":"immediate"}]}</script>
            <a id="go" href="{{link}}">go</a>
            """);
        var browser = await shop.BrowserAsync();
        var page = await SnippetShop.VisitAsync(browser, shop.Site.Url("/", "shop.yours.localhost"));
        await UntilAsync(async () => (await shop.VerdictsAsync()).ContainsKey("preview"));
        (await shop.VerdictsAsync()).Keys.ShouldBe(["preview"]);
        await page.ClickAsync("#go");
        await page.WaitForURLAsync(url => url.Contains("yoursite.com", StringComparison.Ordinal));
        (await shop.VerdictsAsync())["valid"].ShouldBe(1);
        page.Url.ShouldContain("trb_click=");
    }

    [Fact]
    public async Task PN_43_without_consent_nothing_leaves_the_page_and_afterwards_the_sign_up_is_attributed()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium, """{"clicks": {"consent": "required"}}""");
        shop.Site.Put(shop.Tag.Replace("data-program", "data-consent=\"required\" data-program", StringComparison.Ordinal));
        var browser = await shop.BrowserAsync();
        var page = await browser.NewPageAsync();
        var told = Watch(page);
        await page.GotoAsync(shop.Site.Url("/?ref=JOHN20"), SnippetShop.Arrived);
        told.Where(url => !url.Contains("/t.js", StringComparison.Ordinal)).ShouldBe([shop.Site.Url("/?ref=JOHN20")]);
        (await browser.CookiesAsync()).ShouldBeEmpty();
        (await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length")).ShouldBe(0);

        await page.EvaluateAsync("tributary('consent', true)");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await UntilAsync(async () => await SnippetShop.CookieAsync(browser, CodeCookie) is not null);
        await UntilAsync(async () => (await shop.VerdictsAsync()).Count > 0);
        await CallAsync(page, "customers", "signup", new { data = new { key = "cust-1" } });
        (await ViaOfAsync(shop, "customers/cust-1")).ShouldNotBeNull();
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 1 });
    }

    [Fact]
    public async Task CL_51_consent_withdrawn_removes_every_cookie()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        var page = await SnippetShop.VisitAsync(browser, shop.Site.Url("/?ref=JOHN20"));
        (await browser.CookiesAsync()).ShouldNotBeEmpty();
        await page.EvaluateAsync("tributary('consent', false)");
        await UntilAsync(async () => (await browser.CookiesAsync()).Count == 0);
    }

    [Fact]
    public async Task CL_52_anonymous_counts_the_click_and_leaves_nothing_in_the_browser()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium, """{"clicks": {"consent": "anonymous"}}""");
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/?ref=JOHN20"));
        (await browser.CookiesAsync()).ShouldBeEmpty();
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 1 });
    }

    [Fact]
    public async Task An_unknown_code_sets_nothing()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/?ref=NOBODY"));
        (await browser.CookiesAsync()).ShouldBeEmpty();
        (await shop.VerdictsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_page_without_a_code_reports_nothing()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        var page = await browser.NewPageAsync();
        var told = Watch(page);
        await page.GotoAsync(shop.Site.Url("/about?utm_source=news"), SnippetShop.Arrived);
        told.ShouldNotContain(url => url.EndsWith("/touch", StringComparison.Ordinal));
        (await browser.CookiesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task CL_46_a_page_in_a_frame_is_no_click()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        shop.Site.Put("/framing", $"</head><body><iframe src=\"{shop.Site.Url("/?ref=JOHN20")}\"></iframe>");
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/framing", "other.example"));
        await UntilAsync(async () => (await shop.VerdictsAsync()).Count > 0);
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["not_navigation"] = 1 });
        (await browser.CookiesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task CL_45_with_the_script_blocked_the_shops_server_still_credits_the_click()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        await browser.RouteAsync("**/t.js", route => route.AbortAsync());
        var page = await SnippetShop.VisitAsync(browser, await shop.ShortUrlAsync());
        (await browser.CookiesAsync(page.Url)).ShouldBeEmpty();
        var click = System.Web.HttpUtility.ParseQueryString(new Uri(page.Url).Query)[ClickCookie];
        click.ShouldNotBeNull();

        using var order = await shop.BackEnd.PostAsJsonAsync(
            "/api/v1/orders", new { orderId = "2002", customerId = "cust-2", total = 1000, currency = "USD", clickId = click });
        order.EnsureSuccessStatusCode();
        (await shop.AskAsync("orders/2002")).GetProperty("via").GetString().ShouldBe("click");
    }

    [Fact]
    public async Task PN_42_a_redirect_and_its_landing_are_one_click_and_the_copied_address_is_another()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put(shop.Tag);
        var browser = await shop.BrowserAsync();
        string? landed = null;
        var page = await browser.NewPageAsync();
        page.Request += (_, request) =>
        {
            if (request.IsNavigationRequest && request.Url.Contains(ClickCookie, StringComparison.Ordinal))
                landed = request.Url;
        };
        await page.GotoAsync(await shop.ShortUrlAsync(), SnippetShop.Arrived);
        page.Url.ShouldNotContain(ClickCookie);
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 1 });
        (await SnippetShop.CookieAsync(browser, ClickCookie)).ShouldNotBeNull();

        await shop.PassAsync(TimeSpan.FromHours(1));
        var other = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(other, landed.ShouldNotBeNull());
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 2 });
    }

    [Fact]
    public async Task CL_43_from_a_path_of_the_shop_the_server_sets_the_cookies_which_last()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        shop.Site.Put($"<script async src=\"{MerchantSite.NeutralPath}t.js\" data-program=\"{shop.PublicId}\"></script>");
        var browser = await shop.BrowserAsync();
        var page = await browser.NewPageAsync();
        var set = new ConcurrentBag<string>();
        page.Response += async (_, answer) =>
        {
            if (answer.Url.EndsWith("/touch", StringComparison.Ordinal))
                foreach (var header in (await answer.HeadersArrayAsync()).Where(header => header.Name.Equals("set-cookie", StringComparison.OrdinalIgnoreCase)))
                    set.Add(header.Value);
        };
        await page.GotoAsync(shop.Site.Url("/?ref=JOHN20"), SnippetShop.Arrived);
        await UntilAsync(() => Task.FromResult(set.Any(cookie => cookie.StartsWith(CodeCookie + "=JOHN20", StringComparison.Ordinal))));
        (await SnippetShop.CookieAsync(browser, CodeCookie)).ShouldBe("JOHN20");

        // What a browser does with cookies of scripts after a week does not concern a sign-up on the shop's server.
        var visitor = await SnippetShop.CookieAsync(browser, VisitorCookie);
        await browser.ClearCookiesAsync();
        await shop.PassAsync(TimeSpan.FromDays(8));
        using var signUp = await shop.BackEnd.PutAsJsonAsync("/api/v1/customers/cust-3", new { visitorId = visitor });
        signUp.EnsureSuccessStatusCode();
        (await ViaOfAsync(shop, "customers/cust-3")).ShouldBe("click");
    }

    [Fact]
    public async Task PN_36_a_partners_own_page_is_a_click_without_a_code_in_its_address()
    {
        await using var shop = await SnippetShop.OpenAsync(postgres, chromium);
        await shop.AddDirectLinkAsync(shop.Site.Url("/john"));
        shop.Site.Put(shop.Tag);
        shop.Site.Put("/john", shop.Tag + "<script>(window.po = window.po || function () { (po.q = po.q || []).push({ a: arguments }) })('direct')</script>");
        var browser = await shop.BrowserAsync();
        await SnippetShop.VisitAsync(browser, shop.Site.Url("/john?from=flyer"));
        await UntilAsync(async () => (await shop.VerdictsAsync()).Count > 0);
        (await shop.VerdictsAsync()).ShouldBe(new Dictionary<string, long> { ["valid"] = 1 });
        (await SnippetShop.CookieAsync(browser, CodeCookie)).ShouldNotBeNull();
    }

    private static ConcurrentQueue<string> Watch(IPage page)
    {
        var told = new ConcurrentQueue<string>();
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("data:", StringComparison.Ordinal))
                told.Enqueue(request.Url);
        };
        return told;
    }

    /// <summary>A call with the callback that every call may take last.</summary>
    private static async Task CallAsync(IPage page, string call, string verb, object body) =>
        await page.EvaluateAsync(
            "([call, verb, body]) => new Promise((done, fail) => tributary(call, verb, body, (fault, result) => fault ? fail(new Error(JSON.stringify(fault))) : done(result)))",
            new[] { call, verb, body });

    private static async Task<string?> ViaOfAsync(SnippetShop shop, string path)
    {
        string? via = null;
        await UntilAsync(async () =>
        {
            using var answer = await shop.BackEnd.GetAsync("/api/v1/" + path);
            if (!answer.IsSuccessStatusCode)
                return false;
            var referral = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("referredBy");
            via = referral.ValueKind == JsonValueKind.Null ? null : referral.GetProperty("via").GetString();
            return via is not null;
        });
        return via;
    }

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        for (var wait = 0; wait < 200; wait++)
        {
            if (await reached())
                return;
            await Task.Delay(50);
        }
        throw new TimeoutException("What was waited for did not come.");
    }
}
