using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>
/// Settings as JSON: stored as a whole, changed member by member. The serializer would leave a member that is missing at
/// zero instead of its default, so every text is laid over the defaults before it is read.
/// </summary>
internal static class SettingsPatch
{
    /// <summary>What the patch does not name stays, <c>null</c> goes back to the default.</summary>
    public static Outcome<ProgramSettings> Apply(ProgramSettings present, JsonObject? patch)
    {
        if (patch is null)
            return present;
        var merged = Whole(present);
        Lay(patch, merged, Defaults());
        var text = JsonSerializer.SerializeToUtf8Bytes(merged, StrictSettingsJson.Default.JsonObject);
        return StrictJson.Read(text, StrictSettingsJson.Default.ProgramSettings)
            .Match(SettingsRules.Check, problem => Within(problem));
    }

    public static JsonObject Whole(ProgramSettings settings) =>
        JsonSerializer.SerializeToNode(settings, SettingsJson.Default.ProgramSettings)!.AsObject();

    /// <summary>Settings of this or another release: members that this one does not know are passed over.</summary>
    public static ProgramSettings Read(string stored)
    {
        var whole = Defaults();
        Lay(JsonNode.Parse(stored)!.AsObject(), whole, Defaults());
        return whole.Deserialize(SettingsJson.Default.ProgramSettings)!;
    }

    private static JsonObject Defaults() => Whole(new ProgramSettings());

    private static void Lay(JsonObject patch, JsonObject target, JsonObject defaults)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                target[name] = defaults[name]?.DeepClone();
            else if (value is JsonObject inner && target[name] is JsonObject there)
                Lay(inner, there, defaults[name] as JsonObject ?? []);
            else
                target[name] = value.DeepClone();
        }
    }

    private static Problem Within(Problem problem) =>
        problem with { Field = problem.Field is null ? "settings" : $"settings.{problem.Field}" };
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Strict, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgramSettings))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class StrictSettingsJson : JsonSerializerContext;
