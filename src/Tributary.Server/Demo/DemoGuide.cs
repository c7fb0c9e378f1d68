namespace Tributary.Server.Demo;

/// <summary>Says where to look and with what, for people who have just started the demo.</summary>
internal static class DemoGuide
{
    public static Task WriteAsync(TextWriter output, DemoFile demo, ServerOptions options) => output.WriteLineAsync($"""

        The demo programme is ready.
          Start page            {demo.BaseUrl}/
          API reference         {demo.BaseUrl}/docs
          Native API            {demo.BaseUrl}/api/v1
            secret key          {demo.Keys.Secret}
            publishable key     {demo.Keys.Publishable}
          Gameball's dialect    {demo.Gameball.BaseUrl}
            APIKey              {demo.Gameball.ApiKey}
            SecretKey           {demo.Gameball.SecretKey}
          Partnero's dialect    {demo.Partnero.BaseUrl}
            token               {demo.Partnero.Token}
          deBridge's dialect    {demo.DeBridge.TrackingBaseUrl}/api, {demo.DeBridge.DlnBaseUrl}/v1.0
            referralCode        {demo.DeBridge.ReferralCode}
          {demo.Partnero.PartnerKey} shares  {demo.Partnero.ReferralUrl}, {demo.Partnero.ShortUrl}
          {demo.Referrer.CustomerId} refers with  {demo.Referrer.Code}, {demo.Referrer.Link}
        All of it for scripts: {DemoFile.PathOf(options)}

        """);
}
