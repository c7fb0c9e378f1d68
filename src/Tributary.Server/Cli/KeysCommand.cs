using System.CommandLine;
using System.Globalization;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Server.Cli;

/// <summary><c>tributary keys</c></summary>
internal static class KeysCommand
{
    private static readonly Caller Operator = new("cli", Trusted: true);

    private static readonly Option<string?> Program = new("--program")
    {
        Description = "The programme's public id (prg_…). Not needed where the server has only one",
        HelpName = "id",
        Recursive = true,
    };

    private static readonly Argument<string> Key = new("key") { Description = "The key's public id (key_…), as 'keys list' shows it" };

    public static Command Create()
    {
        var command = new Verb(
            "keys",
            "List, make, rotate and revoke the API keys of a programme.",
            """
            A new key is shown once. A revoked key is refused within a second by every running node.

              tributary keys list
              tributary keys create --kind secret --name "shop back end"
              tributary keys create --new-program "My shop" --currency EUR
              tributary keys create --kind gameball_secret --value-from-input < secret.txt
              tributary keys rotate key_4Jw… --overlap-hours 24
              tributary keys revoke key_4Jw…
            """);
        command.Add(Program);
        command.Add(ListCommand());
        command.Add(CreateCommand());
        command.Add(RotateCommand());
        command.Add(RevokeCommand());
        return command;
    }

    private static Command ListCommand()
    {
        var command = new Command("list", "Show all keys, revoked ones too; never their tokens.");
        command.SetAction((parsed, ct) => WithKeysAsync(parsed, ListAsync, ct));
        return command;
    }

    private static Command CreateCommand()
    {
        var wanted = new KeyOptions();
        var command = new Command("create", "Make a key, or with --new-program a programme with its first two keys.");
        wanted.AddTo(command);
        command.SetAction((parsed, ct) => parsed.GetValue(wanted.NewProgram) is { } name
            ? WithServicesAsync(parsed, services => CreateProgramAsync(services, parsed, wanted, name, ct), ct)
            : WithKeysAsync(parsed, (keys, program, token) => CreateAsync(keys, program, wanted.Read(parsed), token), ct));
        return command;
    }

    private static Command RotateCommand()
    {
        var overlap = new Option<int>("--overlap-hours")
        {
            Description = "How long the old key goes on working (0 to 720)",
            DefaultValueFactory = _ => (int)ApiKeys.UsualOverlap.TotalHours,
        };
        var command = new Command("rotate", "Make a key like this one and let this one expire.") { Key, overlap };
        command.SetAction((parsed, ct) => WithKeysAsync(
            parsed,
            async (keys, program, token) => await ShowMintedAsync(await keys.RotateAsync(
                program, parsed.GetRequiredValue(Key), TimeSpan.FromHours(parsed.GetValue(overlap)), KeyScopes.All, Operator, token)),
            ct));
        return command;
    }

    private static Command RevokeCommand()
    {
        var command = new Command("revoke", "Refuse a key from now on, for ever.") { Key };
        command.SetAction((parsed, ct) => WithKeysAsync(
            parsed,
            async (keys, program, token) =>
            {
                var outcome = await keys.RevokeAsync(program, parsed.GetRequiredValue(Key), Operator, token);
                return outcome.TryGet(out var revoked, out var problem)
                    ? await SayAsync($"{revoked.PublicId} is revoked.")
                    : await RefuseAsync(problem);
            },
            ct));
        return command;
    }

    private static Task<int> WithKeysAsync(
        ParseResult parsed, Func<ApiKeys, ReferralProgram, CancellationToken, Task<int>> action, CancellationToken ct) =>
        WithServicesAsync(
            parsed,
            async services =>
            {
                var chosen = await ChooseAsync(services.GetRequiredService<ProgramRegister>(), parsed.GetValue(Program), ct);
                return chosen.TryGet(out var program, out var problem)
                    ? await action(services.GetRequiredService<ApiKeys>(), program, ct)
                    : await RefuseAsync(problem);
            },
            ct);

    private static Task<int> WithServicesAsync(ParseResult parsed, Func<ServiceProvider, Task<int>> action, CancellationToken ct) =>
        CommandLine.GuardAsync(async () =>
        {
            ServerOptions options = CommonOptions.Read(parsed);
            await using DatabaseHost host = await DatabaseHost.StartAsync(options, ct);
            await using Database database = await host.OpenAsync(ct);
            await using ServiceProvider services = CommandServices.Create(options, database);
            return await action(services);
        });

    private static async Task<Outcome<ReferralProgram>> ChooseAsync(ProgramRegister programs, string? publicId, CancellationToken ct)
    {
        if (publicId is not null)
        {
            return await programs.FindAsync(publicId, ct) is { } named
                ? named
                : new Problem(ProblemCode.NotFound, $"There is no programme {publicId}.");
        }
        return await programs.FindOnlyAsync(ct) is { } only
            ? only
            : new Problem(ProblemCode.MissingField, "Say which programme with --program; make the first one with 'keys create --new-program'.");
    }

    private static async Task<int> ListAsync(ApiKeys keys, ReferralProgram program, CancellationToken ct)
    {
        Cursor? after = null;
        do
        {
            var page = await keys.ListAsync(program, new PageRequest(Limits.PageSize, after), ct);
            foreach (var key in page.Items)
                await Console.Out.WriteLineAsync(LineOf(key));
            after = page.Next;
        }
        while (after is not null);
        return 0;
    }

    private static async Task<int> CreateAsync(ApiKeys keys, ReferralProgram program, NewKey wanted, CancellationToken ct) =>
        await ShowMintedAsync(await keys.CreateAsync(program, wanted, KeyScopes.All, Operator, ct));

    private static async Task<int> CreateProgramAsync(
        ServiceProvider services, ParseResult parsed, KeyOptions wanted, string name, CancellationToken ct)
    {
        var mode = parsed.GetValue(wanted.Test) ? ProgramMode.Test : ProgramMode.Live;
        var made = await services.GetRequiredService<ProgramRegister>()
            .CreateAsync(new NewProgram(name, parsed.GetValue(wanted.Currency), mode), Operator, ct);
        return made.TryGet(out var created, out var problem)
            ? await SayAsync($"""
                programme    {created.Program.PublicId}
                publishable  {created.Publishable.Token}
                secret       {created.Secret.Token}
                Keep the secret now: nobody can read it again.
                """)
            : await RefuseAsync(problem);
    }

    private static async Task<int> ShowMintedAsync(Outcome<MintedKey> outcome) => outcome.TryGet(out var minted, out var problem)
        ? await SayAsync($"{minted.Key.PublicId}\n{minted.Token}\nKeep it now: nobody can read it again.")
        : await RefuseAsync(problem);

    private static string LineOf(ApiKey key) => string.Create(
        CultureInfo.InvariantCulture,
        $"{key.PublicId}  {WordOf(key.Kind),-15} …{key.Last4}  {StateOf(key),-10} last used {key.LastUsedAt?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never",-16}  {string.Join(',', key.Scopes)}  {key.Name}");

    private static string StateOf(ApiKey key) => key switch
    {
        { RevokedAt: not null } => "revoked",
        { ExpiresAt: { } end } => end.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => "valid",
    };

    internal static string WordOf(ApiKeyKind kind) => kind switch
    {
        ApiKeyKind.Secret => "secret",
        ApiKeyKind.Publishable => "publishable",
        ApiKeyKind.GameballApi => "gameball_api",
        ApiKeyKind.GameballSecret => "gameball_secret",
    };

    private static async Task<int> SayAsync(string text)
    {
        await Console.Out.WriteLineAsync(text);
        return 0;
    }

    private static async Task<int> RefuseAsync(Problem problem)
    {
        await Console.Error.WriteLineAsync(problem.Detail);
        return 1;
    }
}
