using Tributary.Server.Hosting;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary>The product's operations for a command: the same as the server's, without the server.</summary>
internal static class CommandServices
{
    public static ServiceProvider Create(ServerOptions options, Database database)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(options);
        services.AddSingleton(database);
        services.AddSingleton(TimeProvider.System);
        services.AddCore();
        return services.BuildServiceProvider();
    }
}
