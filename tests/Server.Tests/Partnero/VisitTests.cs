using System.Net;

namespace Tributary.Server.Tests.Partnero;

/// <summary>What visitors of the dialect's links meet at the redirect hosts.</summary>
public sealed class VisitTests(PartneroNode node) : IClassFixture<PartneroNode>
{
    /// <summary>A redirect host is one programme's, so all is asked of one.</summary>
    [Fact]
    public async Task PN3_PN4_PN30_PN33_links_lead_on_and_what_is_deleted_does_without_its_code()
    {
        var shop = await node.OpenAsync(withHosts: true);
        var subDomain = await VisitAsync("john20.yoursite.com", "/");
        subDomain.Status.ShouldBe(HttpStatusCode.Found);
        subDomain.Location.ShouldStartWith("https://yoursite.com/?ref=JOHN20&trb_click=");
        var made = (await shop.PostAsync("partner_referral_links", """
            {"partner_key":"partner_123","key":"promo","destination_url":"https://yoursite.com/offer","utm_source":"partner"}
            """)).Ok(201);
        var brief = new Uri(made.GetProperty("short_url").GetString()!);
        brief.Host.ShouldBe("go.yoursite.com");
        (await VisitAsync(brief.Host, brief.AbsolutePath)).Location.ShouldStartWith("https://yoursite.com/offer?ref=promo&utm_source=partner&trb_click=");
        var arrived = (await VisitAsync(brief.Host, brief.AbsolutePath + "?utm_source=x&gclid=y&ref=OTHER")).Location;
        arrived.ShouldStartWith("https://yoursite.com/offer?ref=promo&utm_source=partner&gclid=y&trb_click=");
        (await shop.DeleteAsync("partner_referral_links/promo")).Done();
        var deleted = await VisitAsync(brief.Host, brief.AbsolutePath);
        deleted.Status.ShouldBe(HttpStatusCode.Found);
        deleted.Location.ShouldNotContain("ref=");
        deleted.Location.ShouldNotContain("trb_click");
        (await shop.GetAsync("partners/partner_123/referral_links?status=deleted")).Each("id").ShouldBe(["promo"]);
    }

    private async Task<(HttpStatusCode Status, string Location)> VisitAsync(string host, string target)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var client = new HttpClient(handler) { BaseAddress = node.Server.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, target);
        request.Headers.Host = host;
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36");
        request.Headers.AcceptLanguage.ParseAdd("en");
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString ?? "");
    }
}
