using Tributary.Keys;
using Tributary.Links;
using Tributary.Programs;
using Tributary.Server.Demo;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge;

/// <summary>Who asks, and of which programme.</summary>
/// <param name="Key">Null: nobody in particular.</param>
internal sealed record DeBridgeCaller(ReferralProgram Program, ApiKey? Key);

/// <summary>
/// Finds the programme of a request (debridge.md § 1.3): by its host, by <c>/p/…</c> in its path, by its key, or the server's
/// own choice. Those that are there must agree.
/// </summary>
internal sealed class DeBridgePrograms(ProgramRegister programs, SiteDirectory sites, ChangeFeed feed, BearerKeys keys, ServerOptions options)
{
    private const string TokenParameter = "accesstoken";
    private const int MostPrograms = 10_000;

    private readonly ChangeCache<long, ReferralProgram> byId = new(feed, MostPrograms, program => program.Id);

    /// <summary>The caller, or why the request is not let in.</summary>
    public async Task<(DeBridgeCaller? Caller, DeBridgeError? Refusal)> FindAsync(HttpContext http, DeBridgePath path)
    {
        var named = await NamedAsync(http, path);
        if (named is { Refusal: { } unknown })
            return (null, unknown);
        PresentedKey? presented = null;
        if (TokenOf(http.Request) is { } token)
        {
            if (!PlainHttp.IsTolerable(http, options.Api))
                return (null, DeBridgeError.PlainHttp);
            if (!(await keys.FindAsync(http, token)).TryGet(out presented, out var problem))
                return (null, Refuse(http, problem));
        }
        if (presented is not null && named.Program is { } other && other.Id != presented.Program.Id)
            return (null, DeBridgeError.WrongKey);
        var program = presented?.Program ?? named.Program ?? await DefaultAsync(http.RequestAborted);
        return program is { Settings.DeBridge.Enabled: true }
            ? (new DeBridgeCaller(program, presented?.Key), null)
            : (null, DeBridgeError.NoProgram);
    }

    /// <summary>By host and path; two that disagree are refused like a wrong key.</summary>
    private async Task<(ReferralProgram? Program, DeBridgeError? Refusal)> NamedAsync(HttpContext http, DeBridgePath path)
    {
        var ct = http.RequestAborted;
        var byHost = http.Features.Get<RedirectHost>() is { Kind: RedirectHostKind.Api } host
            ? await byId.FindAsync(host.Programs[0].ProgramId, programs.FindAsync, ct)
            : null;
        if (path.Slug is not { } slug)
            return (byHost, null);
        if (slug.Length > Primitives.Limits.Text || await sites.FindAsync(slug, ct) is not { } bySlug)
            return (null, DeBridgeError.NoProgram);
        return byHost is null || byHost.Id == bySlug.Program.Id ? (bySlug.Program, null) : (null, DeBridgeError.WrongKey);
    }

    private async ValueTask<ReferralProgram?> DefaultAsync(CancellationToken ct) =>
        (options.DeBridgeProgram ?? (options.Demo ? DemoProgram.PublicId : null)) is { } publicId
            ? (await sites.FindAsync(publicId, ct))?.Program
            : null;

    /// <summary>Clients have tokens of the foreign product as well, which are none of our affair.</summary>
    private static string? TokenOf(HttpRequest request)
    {
        if (BearerKeys.TokenOf(request) is { } bearer)
            return bearer;
        return request.Query[TokenParameter] is [{ } token] && ApiKeyToken.TryParse(token, out _) ? token : null;
    }

    private static DeBridgeError Refuse(HttpContext http, Primitives.Problem problem) =>
        problem.Code == Primitives.ProblemCode.RateLimited && int.TryParse(http.Response.Headers.RetryAfter, out var seconds)
            ? DeBridgeError.TooFast(seconds)
            : DeBridgeError.WrongKey;
}
