using Tributary.ChainOrders;
using Tributary.Features;
using Tributary.Keys;

namespace Tributary.Server.Api.V1;

/// <summary>Features as they stand for the programme and for each integrator. A bound key reads its own.</summary>
internal static class FeaturesApi
{
    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/features", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listFeatures", "Every feature with the programme's value");
        routes.MapPut("/features/{feature}", SwitchAsync).ForSecrets(KeyScopes.Manage)
            .Describe("switchFeature", "Switch a feature for the programme");
        routes.MapGet("/integrators/{integratorId:long}/features", ListOfAsync).ForReferrersToo(KeyScopes.Read)
            .Describe("listFeaturesOfIntegrator", "Every feature as it holds for an integrator, and which level says so");
        routes.MapPut("/integrators/{integratorId:long}/features/{feature}", SwitchOfAsync).ForSecrets(KeyScopes.Manage)
            .Describe("switchFeatureOfIntegrator", "Switch a feature for one integrator");
        routes.MapDelete("/integrators/{integratorId:long}/features/{feature}", InheritAsync).ForSecrets(KeyScopes.Manage)
            .Describe("inheritFeature", "Let an integrator follow the programme again");
    }

    private static async Task<Answer<FeaturesAnswer>> ListAsync(Call call, FeatureSwitches features, CancellationToken ct) =>
        FeaturesAnswer.Of((await features.ListAsync(call.Program.Id, null, ct))!);

    private static async Task<Answer<FeaturesAnswer>> ListOfAsync(Call call, long integratorId, FeatureSwitches features, CancellationToken ct) =>
        (call.Sees(integratorId) ? await features.ListAsync(call.Program.Id, integratorId, ct) : null) is { } values
            ? FeaturesAnswer.Of(values)
            : IntegratorRegister.NotFound;

    private static async Task<Answer<FeatureAnswer>> SwitchAsync(
        Call call, PathText feature, Body<FeatureBody> body, FeatureSwitches features, CancellationToken ct) =>
        (await features.SwitchAsync(call.Program, feature.Value, null, body.Value.ToSwitch(), call.Caller, ct)).Map(FeatureAnswer.Of);

    private static async Task<Answer<FeatureAnswer>> SwitchOfAsync(
        Call call, long integratorId, PathText feature, Body<FeatureBody> body, FeatureSwitches features, CancellationToken ct) =>
        (await features.SwitchAsync(call.Program, feature.Value, integratorId, body.Value.ToSwitch(), call.Caller, ct)).Map(FeatureAnswer.Of);

    private static async Task<Answer<FeatureAnswer>> InheritAsync(
        Call call, long integratorId, PathText feature, FeatureSwitches features, CancellationToken ct) =>
        (await features.SwitchAsync(call.Program, feature.Value, integratorId, null, call.Caller, ct)).Map(FeatureAnswer.Of);
}

internal sealed record FeatureParameterAnswer(string Name, string Description, decimal Least, decimal Most, decimal Default, int Decimals);

/// <param name="Level">Which level decides: default, program or referrer.</param>
/// <param name="Parameters">Of the level that decides.</param>
/// <param name="Since">Null: nobody has switched it.</param>
/// <param name="Takes">What may be given as parameters.</param>
internal sealed record FeatureAnswer(
    string Key, string Title, string Description, bool Enabled, string Level, IReadOnlyDictionary<string, decimal> Parameters, DateTimeOffset? Since,
    string? By, IReadOnlyList<FeatureParameterAnswer> Takes)
{
    public static FeatureAnswer Of(FeatureValue value) => new(
        value.Feature.Key, value.Feature.Title, value.Feature.Description, value.Enabled, FeatureSwitches.Word(value.Level), value.Parameters,
        value.Since, value.Actor,
        [.. value.Feature.Parameters.Select(one => new FeatureParameterAnswer(one.Name, one.Description, one.Least, one.Most, one.Default, one.Decimals))]);
}

internal sealed record FeaturesAnswer(IReadOnlyList<FeatureAnswer> Items)
{
    public static FeaturesAnswer Of(IReadOnlyList<FeatureValue> values) => new([.. values.Select(FeatureAnswer.Of)]);
}

internal sealed record FeatureBody
{
    public required bool Enabled { get; init; }

    /// <summary>Those that are left out take their defaults.</summary>
    public Dictionary<string, decimal>? Parameters { get; init; }

    /// <summary>For the audit log; at most 255 characters.</summary>
    public string? Reason { get; init; }

    public FeatureSwitch ToSwitch() => new(Enabled, Parameters, Reason);
}
