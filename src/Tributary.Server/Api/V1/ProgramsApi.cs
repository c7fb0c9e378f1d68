using System.Text.Json.Nodes;
using Tributary.Keys;
using Tributary.Programs;

namespace Tributary.Server.Api.V1;

/// <summary>The programme of the key, and further ones in the same workspace.</summary>
internal static class ProgramsApi
{
    public static void MapPrograms(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/program", Get).ForSecrets(KeyScopes.Read)
            .Describe("getProgram", "The programme of this key, with all its settings");
        routes.MapPatch("/program", ChangeAsync).ForSecrets(KeyScopes.Manage)
            .Describe("changeProgram", "Change the programme: its name, state, currency or single settings");
        routes.MapGet("/programs", ListAsync).ForSecrets(KeyScopes.Programs)
            .Describe("listPrograms", "The programmes of this key's workspace");
        routes.MapPost("/programs", CreateAsync).ForSecrets(KeyScopes.Programs)
            .Describe("createProgram", "Make a programme in this key's workspace; its keys are shown once", StatusCodes.Status201Created);
    }

    private static Answer<ProgramAnswer> Get(Call call) => ProgramAnswer.Of(call.Program);

    private static async Task<Answer<ProgramAnswer>> ChangeAsync(
        Call call, Body<ProgramChangeBody> body, ProgramRegister programs, CancellationToken ct)
    {
        var wanted = body.Value;
        var change = new ProgramChange(wanted.Name, wanted.State, wanted.Currency, wanted.Settings, wanted.Version);
        return (await programs.UpdateAsync(call.Program, change, call.Caller, ct)).Map(ProgramAnswer.Of);
    }

    private static async Task<Answer<ListAnswer<ProgramAnswer>>> ListAsync(
        Call call, Paging page, ProgramRegister programs, CancellationToken ct) =>
        ListAnswer<ProgramAnswer>.Of(await programs.ListAsync(call.Program.WorkspaceId, page.Request, ct), ProgramAnswer.Of);

    private static Task<Answer<ProgramMadeAnswer>> CreateAsync(
        Call call, Body<ProgramBody> body, ProgramRegister programs, CancellationToken ct)
    {
        var wanted = body.Value;
        var made = new NewProgram(wanted.Name, wanted.Currency, wanted.Mode ?? ProgramMode.Live, wanted.Settings, call.Program.WorkspaceId);
        return call.RunAsync(
            caller => programs.CreateAsync(made, caller, ct),
            ProgramMadeAnswer.Of,
            StatusCodes.Status201Created,
            answer => answer.WithoutTokens(),
            body.Bytes);
    }
}

/// <param name="Id">What the API and web pages call it.</param>
/// <param name="Settings">Every setting with its present value.</param>
/// <param name="Version">Rises with every change; send it with a change to refuse one made meanwhile.</param>
internal sealed record ProgramAnswer(
    string Id, string Name, ProgramMode Mode, ProgramState State, string Currency, ProgramSettings Settings, long Version)
{
    public static ProgramAnswer Of(ReferralProgram program) => new(
        program.PublicId, program.Name, program.Mode, program.State, program.Currency.Code, program.Settings, program.Version);
}

internal sealed record ProgramMadeAnswer(ProgramAnswer Program, MintedKeyAnswer Publishable, MintedKeyAnswer Secret)
{
    public static ProgramMadeAnswer Of(ProgramCreated made) => new(
        ProgramAnswer.Of(made.Program), MintedKeyAnswer.Of(made.Publishable), MintedKeyAnswer.Of(made.Secret));

    public ProgramMadeAnswer WithoutTokens() =>
        this with { Publishable = Publishable with { Token = null }, Secret = Secret with { Token = null } };
}

internal sealed record ProgramBody
{
    public required string Name { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }
    public ProgramMode? Mode { get; init; }

    /// <summary>What differs from the defaults.</summary>
    public JsonObject? Settings { get; init; }
}

internal sealed record ProgramChangeBody
{
    public string? Name { get; init; }
    public ProgramState? State { get; init; }

    /// <summary>ISO 4217 code; fixed once there are orders or rewards.</summary>
    public string? Currency { get; init; }

    /// <summary>The members to change, nested as in the programme; null goes back to the default.</summary>
    public JsonObject? Settings { get; init; }

    /// <summary>The version seen before; another one now refuses the change.</summary>
    public long? Version { get; init; }
}
