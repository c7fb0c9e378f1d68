using Tributary.Keys;
using Tributary.Programs;
using Tributary.Reporting.Tracking;
using Tributary.Server.Demo;

namespace Tributary.Server.Api.DeBridge;

/// <summary>What a caller meets (debridge.md § 1.3).</summary>
internal sealed class Sights(CodesOfIntegrators codes, PublicTracking tracking, ServerOptions options)
{
    /// <summary>Null: nothing, because he must say who he is first.</summary>
    public async Task<OrderSight?> OfAsync(ReferralProgram program, ApiKey? key, CancellationToken ct)
    {
        if (key is { IsSecret: true, ReferrerId: null })
            return OrderSight.Everything;
        var shown = await tracking.OfAsync(program.Id, ct);
        var sight = new OrderSight(All: false, Public: IsPublic(program, shown)) { HiddenCodes = shown.HiddenCodes };
        if (key is { IsSecret: true, ReferrerId: { } integrator })
            return sight with { OwnCode = await codes.FindAsync(program.Id, integrator, ct) };
        return sight.Public ? sight : null;
    }

    /// <summary>Whether pages of any site may read answers that need no key.</summary>
    public async Task<bool> IsPublicAsync(ReferralProgram program, CancellationToken ct) => IsPublic(program, await tracking.OfAsync(program.Id, ct));

    /// <summary>Off where nobody has switched it on; but a demo is there to be looked at.</summary>
    private bool IsPublic(ReferralProgram program, PublicSight shown) => shown.Programme ?? (options.Demo && program.PublicId == DemoProgram.PublicId);
}
