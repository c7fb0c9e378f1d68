using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Demo;

/// <summary>The programme that <c>serve --demo</c> and <c>demo</c> make, so that a newcomer has something to talk to.</summary>
internal static class DemoProgram
{
    public const string PublicId = "prg_demo";

    internal static readonly Caller Caller = new("cli", Trusted: true);

    private const string Name = "Demo shop";
    private const string Site = "https://yoursite.com";
    private const string LinkTemplate = "https://yourwebsite.com/signup?ref={ReferralCode}";
    private const string GameballPath = "/api/v4.0/integrations";

    /// <summary>
    /// Makes the demo programme when it is missing, and what a script needs to use it when that was lost. Runs with the
    /// database open, before the node reports ready.
    /// </summary>
    public static async Task<DemoFile> EnsureAsync(IServiceProvider services, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.GetRequiredService<ServerOptions>();
        var program = await FindOrCreateAsync(services.GetRequiredService<ProgramRegister>(), ct);
        var known = await DemoFile.ReadAsync(options, ct);
        var keys = new DemoKeys(services.GetRequiredService<ApiKeys>(), services.GetRequiredService<KeyDirectory>(), program);
        // A file whose secret works was written after the story had been told in this database.
        if (known is null || !await keys.WorksAsync(ApiKeyKind.Secret, known.Keys.Secret, ct))
        {
            await DemoStory.TellAsync(services, program, ct);
            await DemoPartner.TellAsync(services, program, ct);
            await DemoIntegrators.TellAsync(services, program, ct);
        }
        var file = await DescribeAsync(services, keys, program, known, ct);
        if (file != known)
            await file.WriteAsync(options, ct);
        return file;
    }

    private static async Task<ReferralProgram> FindOrCreateAsync(ProgramRegister programs, CancellationToken ct)
    {
        if (await programs.FindAsync(PublicId, ct) is { } found)
            return found;
        var settings = new JsonObject
        {
            ["links"] = new JsonObject { ["site"] = Site, ["template"] = LinkTemplate },
            ["debridge"] = new JsonObject { ["enabled"] = true, ["gateway"] = new JsonObject { ["access"] = "public" } },
        };
        var made = await programs.CreateAsync(new NewProgram(Name, "USD", ProgramMode.Test, settings, PublicId: PublicId), Caller, ct);
        // Another node may have been first.
        return made.Succeeded ? made.Value.Program : await programs.FindAsync(PublicId, ct) ?? made.Value.Program;
    }

    private static async Task<DemoFile> DescribeAsync(
        IServiceProvider services, DemoKeys keys, ReferralProgram program, DemoFile? known, CancellationToken ct)
    {
        var baseUrl = services.GetRequiredService<ServerAddresses>().Listened;
        var secret = await keys.EnsureAsync(ApiKeyKind.Secret, known?.Keys.Secret, ct);
        var links = program.Settings.Links;
        return new DemoFile(
            baseUrl,
            new DemoFileProgram(program.Id, program.PublicId),
            new DemoFileKeys(
                await keys.EnsureAsync(ApiKeyKind.Publishable, known?.Keys.Publishable, ct),
                secret),
            new DemoFileGameball(
                baseUrl + GameballPath,
                await keys.EnsureAsync(ApiKeyKind.GameballApi, known?.Gameball.ApiKey, ct),
                await keys.EnsureAsync(ApiKeyKind.GameballSecret, known?.Gameball.SecretKey, ct)),
            new DemoFileReferrer(
                DemoStory.ReferrerId,
                DemoStory.ReferrerCode,
                ReferralLink.Render(links.Template, links.Site, DemoStory.ReferrerCode) ?? ""),
            await DemoPartner.DescribeAsync(services, program, baseUrl, secret, ct),
            new DemoFileDeBridge(baseUrl, baseUrl, DemoIntegrators.Code));
    }
}
