using Microsoft.Extensions.Logging.Abstractions;
using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Keys;

/// <summary>What one server node knows of keys, on a database that other nodes may share.</summary>
internal sealed class KeyNode : IAsyncDisposable
{
    public static readonly Caller Operator = new("cli", Trusted: true);

    private readonly CancellationTokenSource stop = new();
    private readonly Task listening;

    public KeyNode(Database database, TimeProvider clock, ISecretSealer sealer)
    {
        var transactions = new Transactions(database, clock);
        Feed = new ChangeFeed(database, NullLogger<ChangeFeed>.Instance);
        Usage = new KeyUsage(database);
        Directory = new KeyDirectory(database, Feed, Usage, sealer, clock);
        Keys = new ApiKeys(database, transactions, Feed, sealer);
        Programs = new ProgramRegister(database, transactions, Feed, sealer);
        listening = Feed.RunAsync(stop.Token);
    }

    public ChangeFeed Feed { get; }
    public KeyUsage Usage { get; }
    public KeyDirectory Directory { get; }
    public ApiKeys Keys { get; }
    public ProgramRegister Programs { get; }

    public async Task<ProgramCreated> CreateProgramAsync(string name = "Shop") =>
        (await Programs.CreateAsync(new NewProgram(name, "USD"), Operator, CancellationToken.None)).Value;

    public async Task<MintedKey> CreateKeyAsync(ReferralProgram program, NewKey wanted) =>
        (await Keys.CreateAsync(program, wanted, KeyScopes.All, Operator, CancellationToken.None)).Value;

    public async Task<bool> AcceptsAsync(string token) =>
        await Directory.FindAsync(token, CancellationToken.None) is not null;

    /// <summary>Waits until the node hears of changes, so that it serves from memory.</summary>
    public async Task BecomeCurrentAsync()
    {
        for (var wait = 0; !Feed.IsCurrent && wait < 500; wait++)
            await Task.Delay(10);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await listening;
        stop.Dispose();
    }
}
