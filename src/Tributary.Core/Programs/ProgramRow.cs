using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>A row of <c>programs</c> as Dapper reads it.</summary>
internal sealed record ProgramRow(
    long ProgramId,
    string PublicId,
    long WorkspaceId,
    string ProgramName,
    string Mode,
    string ProgramState,
    string Currency,
    string Settings,
    byte[] HashKey,
    long Version,
    string FormerZones)
{
    /// <summary>To be selected from <c>programs p</c>, in this order.</summary>
    public const string Columns = """
        p.program_id, p.public_id, p.workspace_id, p.name as program_name, p.mode, p.state as program_state,
        p.currency, p.settings::text as settings, p.hash_key, p.version, p.former_zones::text as former_zones
        """;

    public ReferralProgram ToProgram() => new(
        ProgramId,
        PublicId,
        WorkspaceId,
        ProgramName,
        ProgramWords.ModeOf(Mode),
        ProgramWords.StateOf(ProgramState),
        Primitives.Currency.Of(Currency),
        SettingsPatch.Read(Settings),
        HashKey,
        Version)
    {
        FormerZones = CountingZones.Read(FormerZones),
    };
}

/// <summary>The words for modes and states, in the database and on the wire.</summary>
public static class ProgramWords
{
    public static string Of(ProgramMode mode) => mode switch
    {
        ProgramMode.Live => "live",
        ProgramMode.Test => "test",
    };

    public static string Of(ProgramState state) => state switch
    {
        ProgramState.Active => "active",
        ProgramState.Paused => "paused",
    };

    internal static ProgramMode ModeOf(string word) => word == "test" ? ProgramMode.Test : ProgramMode.Live;

    internal static ProgramState StateOf(string word) => word == "paused" ? ProgramState.Paused : ProgramState.Active;
}

/// <summary>Settings as they are stored. Read them by <see cref="SettingsPatch.Read"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgramSettings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
