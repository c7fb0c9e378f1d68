using Microsoft.Extensions.DependencyInjection;
using Tributary.Ledger;

namespace Tributary.Server.Tests.Gameball;

/// <summary>What must hold in the database after any test.</summary>
internal static class Invariants
{
    public static async Task CheckAsync(IServiceProvider services)
    {
        var report = await services.GetRequiredService<Doctor>().RunAsync(progress: null, CancellationToken.None);
        report.IsHealthy.ShouldBeTrue(report.ToString());
    }
}
