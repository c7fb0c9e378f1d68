using Tributary.Keys;
using Tributary.Programs;
using Tributary.Reporting.Tracking;
using Tributary.Storage;

namespace Tributary.Server.Api.DeBridge;

/// <summary>One request that was let in: who asks of which programme, and what was sent.</summary>
/// <param name="Sight">Which orders exist for him.</param>
/// <param name="Values">What stands for the names of the route's pattern.</param>
/// <param name="Input">Members of the body; of a GET the parameters of the query.</param>
/// <param name="Query">As it came, without its question mark.</param>
internal sealed record DeBridgeCall(
    DeBridgeRoute Route,
    ReferralProgram Program,
    ApiKey? Key,
    Caller Caller,
    OrderSight Sight,
    IReadOnlyList<string> Values,
    DeBridgeInput Input,
    string Query,
    DateTimeOffset Now)
{
    /// <summary>Whether the upstream may be asked for him.</summary>
    public required bool MayForward { get; init; }

    /// <summary>What stands for the first name of the route's pattern.</summary>
    public string Id => Values[0];
}
