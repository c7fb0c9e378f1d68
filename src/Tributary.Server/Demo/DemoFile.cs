using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Server.Demo;

/// <summary>What a script needs to talk to the demo programme: <c>demo.json</c> in the data folder, for its owner's eyes only.</summary>
internal sealed record DemoFile(
    string BaseUrl, DemoFileProgram Program, DemoFileKeys Keys, DemoFileGameball Gameball, DemoFileReferrer Referrer,
    DemoFilePartnero Partnero, [property: JsonPropertyName("debridge")] DemoFileDeBridge DeBridge)
{
    private const string Name = "demo.json";

    public static string PathOf(ServerOptions options) => Path.GetFullPath(Path.Combine(options.DataFolder, Name));

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static async Task<DemoFile?> ReadAsync(ServerOptions options, CancellationToken ct)
    {
        try
        {
            await using var file = File.OpenRead(PathOf(options));
            return await JsonSerializer.DeserializeAsync(file, DemoFileJson.Default.DemoFile, ct);
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Replaces the file as a whole, so that no reader sees half of it.</summary>
    public async Task WriteAsync(ServerOptions options, CancellationToken ct)
    {
        var path = PathOf(options);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Environment.ProcessId}";
        var ownerOnly = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using (var file = new FileStream(aside, ownerOnly))
            await JsonSerializer.SerializeAsync(file, this, DemoFileJson.Default.DemoFile, ct);
        File.Move(aside, path, overwrite: true);
    }
}

/// <param name="Id">Our number of it.</param>
internal sealed record DemoFileProgram(long Id, string PublicId);

internal sealed record DemoFileKeys(string Publishable, string Secret);

/// <param name="BaseUrl">To be put where a client of Gameball has <c>https://api.gameball.co/api/v4.0/integrations</c>.</param>
internal sealed record DemoFileGameball(string BaseUrl, string ApiKey, string SecretKey);

/// <param name="BaseUrl">To be put where a client of Partnero has <c>https://api.partnero.com/v1</c>.</param>
/// <param name="ShortUrl">Answered by this server itself.</param>
internal sealed record DemoFilePartnero(string BaseUrl, string Token, string PartnerKey, string Code, string? ReferralUrl, string? ShortUrl);

/// <param name="TrackingBaseUrl">To be put where a client of deBridge has <c>https://stats-api.dln.trade</c>.</param>
/// <param name="DlnBaseUrl">To be put where it has <c>https://dln.debridge.finance</c>.</param>
/// <param name="ReferralCode">Of an integrator with orders.</param>
internal sealed record DemoFileDeBridge(string TrackingBaseUrl, string DlnBaseUrl, long ReferralCode);

internal sealed record DemoFileReferrer(string CustomerId, string Code, string Link);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoFile))]
internal sealed partial class DemoFileJson : JsonSerializerContext;
