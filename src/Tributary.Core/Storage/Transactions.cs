using Npgsql;
using Tributary.Primitives;

namespace Tributary.Storage;

/// <summary>
/// Runs operations, each as one database transaction at READ COMMITTED: success commits, a problem rolls back.
/// What two operations race for is settled by unique keys and row locks; the loser is run again from its start and
/// then sees what the winner did.
/// </summary>
public sealed class Transactions(Database database, TimeProvider clock)
{
    private const int MostAttempts = 8;
    private const int LongestPauseMilliseconds = 100;

    private static readonly Problem Busy =
        new(ProblemCode.Busy, "Another request is working on the same customer or order; try again in a moment.");

    private readonly PartyNumbers partyNumbers = new();

    /// <summary>Called at named points by tests that need an operation to fail there.</summary>
    internal Action<string>? FaultPoint { get; set; }

    /// <summary>Events of a programme were just committed on this node; handlers only take note.</summary>
    public event Action<long>? EventsCommitted;

    /// <param name="work">Must be free of effects outside the transaction: it may run more than once.</param>
    public async Task<Outcome<T>> RunAsync<T>(
        long programId,
        Caller caller,
        Func<Transaction, CancellationToken, Task<Outcome<T>>> work,
        CancellationToken ct)
        where T : class
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(programId, caller, work, ct);
            }
            catch (PostgresException lost) when (attempt < MostAttempts && IsLostRace(lost))
            {
                await PauseAsync(attempt, ct);
            }
            catch (LostRaceException) when (attempt < MostAttempts)
            {
                await PauseAsync(attempt, ct);
            }
            catch (LostRaceException)
            {
                return Busy;
            }
            catch (OverflowException)
            {
                return new Problem(ProblemCode.AmountOutOfRange, "The amount would take a sum beyond what can be counted.");
            }
            catch (PostgresException refused) when (AsProblem(refused) is { } problem)
            {
                return problem;
            }
        }
    }

    /// <summary>Runs an operation and undoes it, whatever it says: what it would have done can be looked at before it ends.</summary>
    public async Task<Outcome<T>> TryOutAsync<T>(
        long programId, Caller caller, Func<Transaction, CancellationToken, Task<Outcome<T>>> work, CancellationToken ct)
        where T : class
    {
        using var slot = await database.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        return await work(new Transaction(connection, programId, caller, clock.GetUtcNow(), partyNumbers), ct);
    }

    private async Task<Outcome<T>> RunOnceAsync<T>(
        long programId,
        Caller caller,
        Func<Transaction, CancellationToken, Task<Outcome<T>>> work,
        CancellationToken ct)
        where T : class
    {
        using var slot = await database.EnterAsync(ct);
        await using var connection = await database.OpenAsync(ct);
        await using var scope = await connection.BeginTransactionAsync(ct);
        var tx = new Transaction(connection, programId, caller, caller.ArrivedAt ?? clock.GetUtcNow(), partyNumbers);
        if (caller.BatchItem is { } item && await item.TakeAsync(tx, ct) is { } lost)
            return lost;
        if (caller.Idempotency is { } request && await Idempotency.ClaimAsync(tx, request, ct) is { } refusal)
            return refusal;
        if (caller.Idempotency?.Replayed is not null)
            return Idempotency.Replay<T>();
        var outcome = await work(tx, ct);
        if (!outcome.Succeeded)
            return outcome;
        if (caller.Idempotency is { } used)
            Idempotency.Keep(tx, used, outcome.Value);
        FaultPoint?.Invoke("before_commit");
        await tx.CommitAsync();
        FaultPoint?.Invoke("after_commit");
        if (tx.HasRaised)
            EventsCommitted?.Invoke(programId);
        return outcome;
    }

    /// <summary>Twice as long each time, and by chance shorter, so that those who met do not meet again.</summary>
    private Task PauseAsync(int attempt, CancellationToken ct)
    {
        var longest = Math.Min(LongestPauseMilliseconds, 5 << attempt);
        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, longest)), clock, ct);
    }

    private static bool IsLostRace(PostgresException e) => e.SqlState is
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation
        or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>Checks of the schema that an input can reach; every other violation is a bug and stays an exception.</summary>
    private static Problem? AsProblem(PostgresException e) => e switch
    {
        { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure } => Busy,
        { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: { } name } when name.EndsWith("_range", StringComparison.Ordinal) =>
            new Problem(ProblemCode.AmountOutOfRange, "The amount would take a balance beyond what can be counted."),
        { SqlState: PostgresErrorCodes.NumericValueOutOfRange } =>
            new Problem(ProblemCode.AmountOutOfRange, "The amount would take a sum beyond what can be counted."),
        { SqlState: PostgresErrorCodes.UniqueViolation } =>
            new Problem(ProblemCode.AlreadyExists, "Something with the same key exists already."),
        _ => null,
    };
}

/// <summary>What an operation read is no longer so; it must be run again from its start.</summary>
internal sealed class LostRaceException(string message) : Exception(message);
