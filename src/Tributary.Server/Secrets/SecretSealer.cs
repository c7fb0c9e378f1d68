using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Tributary.Keys;

namespace Tributary.Server.Secrets;

/// <summary>Seals with the framework's data protection: authenticated encryption under a rotating key of the ring.</summary>
internal sealed class SecretSealer(IDataProtectionProvider provider) : ISecretSealer
{
    private readonly IDataProtector protector = provider.CreateProtector("Tributary.Keys");

    public byte[] Seal(string secret) => protector.Protect(Encoding.UTF8.GetBytes(secret));

    public string Open(byte[] sealedSecret) => Encoding.UTF8.GetString(protector.Unprotect(sealedSecret));
}

/// <summary>Adds the sealing of secrets.</summary>
internal static class SecretServices
{
    public static void AddSecrets(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("tributary");
        services.AddSingleton<MasterKey>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<KeyRingEncryptor>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider => new ConfigureOptions<KeyManagementOptions>(ring =>
        {
            ring.XmlRepository = provider.GetRequiredService<KeyRing>();
            ring.XmlEncryptor = provider.GetRequiredService<KeyRingEncryptor>();
        }));
        services.AddSingleton<ISecretSealer, SecretSealer>();
        services.RemoveEagerKeyRing();
    }

    /// <summary>
    /// The framework would read the ring before the database is up, and wait for it in vain. To be called after everything that
    /// adds data protection.
    /// </summary>
    public static void RemoveEagerKeyRing(this IServiceCollection services)
    {
        var eager = services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name == "DataProtectionHostedService").ToList();
        foreach (var service in eager)
            services.Remove(service);
    }
}
