using System.CommandLine;
using Tributary.Keys;

namespace Tributary.Server.Cli;

/// <summary>What <c>tributary keys create</c> takes.</summary>
internal sealed class KeyOptions
{
    private readonly Option<string> kind = new("--kind")
    {
        Description = "secret, publishable, or half of a Gameball pair: gameball_api, gameball_secret",
        DefaultValueFactory = _ => "secret",
    };

    private readonly Option<string?> name = new("--name") { Description = "What the key is for" };

    private readonly Option<string[]> scopes = new("--scope")
    {
        Description = $"What a secret may do, several times: {string.Join(", ", KeyScopes.All)}. Default: the first three",
    };

    private readonly Option<long?> referrer = new("--referrer") { Description = "Binds a secret to the referrer of this number" };

    private readonly Option<DateTimeOffset?> expires = new("--expires") { Description = "When it stops working, e.g. 2027-01-01T00:00Z" };

    private readonly Option<bool> fromInput = new("--value-from-input")
    {
        Description = "Take an existing Gameball value over, read from the standard input so that no process list shows it",
    };

    public Option<string?> NewProgram { get; } = new("--new-program") { Description = "Make a programme of this name first", HelpName = "name" };

    public Option<string> Currency { get; } = new("--currency")
    {
        Description = "Currency of the new programme, ISO 4217",
        DefaultValueFactory = _ => "USD",
    };

    public Option<bool> Test { get; } = new("--test") { Description = "The new programme is for trying things out; its keys say so" };

    public void AddTo(Command command)
    {
        kind.AcceptOnlyFromAmong([.. Enum.GetValues<ApiKeyKind>().Select(KeysCommand.WordOf)]);
        foreach (var option in (Option[])[kind, name, scopes, referrer, expires, fromInput, NewProgram, Currency, Test])
            command.Add(option);
    }

    public NewKey Read(ParseResult parsed) => new(
        Enum.GetValues<ApiKeyKind>().Single(each => KeysCommand.WordOf(each) == parsed.GetValue(kind)),
        parsed.GetValue(name),
        parsed.GetValue(scopes) is { Length: > 0 } chosen ? chosen : null,
        parsed.GetValue(referrer),
        parsed.GetValue(expires),
        parsed.GetValue(fromInput) ? Console.In.ReadLine()?.Trim() : null);
}
