using Tributary.Keys;
using Tributary.Programs;
using Tributary.Reporting.Tracking;

namespace Tributary.Server.Api.DeBridge;

/// <summary>What a caller meets (debridge.md § 1.3).</summary>
internal sealed class Sights(CodesOfIntegrators codes)
{
    /// <summary>Null: nothing, because he must say who he is first.</summary>
    public async Task<OrderSight?> OfAsync(ReferralProgram program, ApiKey? key, CancellationToken ct) => key switch
    {
        { IsSecret: true, ReferrerId: null } => OrderSight.Everything,
        { IsSecret: true, ReferrerId: { } integrator } => new OrderSight(All: false, await codes.FindAsync(program.Id, integrator, ct)),
        _ => null,
    };
}
