using static Tributary.Server.Tests.CrossProgram.ForStrangers;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Requests of Partnero's dialect: at least one of every call.</summary>
internal static class PartneroCases
{
    public static readonly IReadOnlyList<RouteCase> All =
    [
        new("GET test", OwnThings, "test"),
    ];
}
