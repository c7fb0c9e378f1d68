using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Tributary.Core.Tests.Ledger;

/// <summary>
/// One step as drawn: numbers that mean something only where the sequence has come to. So a sequence stays valid when steps are
/// taken out of it, which is how a failing one is made small.
/// </summary>
internal sealed record Step(int Key, int Kind, int A, int B, int C, bool WithNext);

/// <summary>Draws steps and turns them into operations on what the model holds by then (money.md §9, generator).</summary>
internal static class OperationGenerator
{
    public const int MostPrograms = 3;
    public const int MostRecipients = 6;
    public const int StepsPerSequence = 200;

    private const string Points = "points:points";
    private const string Token = "chain:1/0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48";

    private static readonly string[] Units = ["USD", "JPY", "KWD", "CLF", "EUR", Points, Points, Token];

    /// <summary>Weight, and what the step becomes; null where nothing fits yet.</summary>
    private static readonly IReadOnlyList<(int Weight, Func<Step, ReferenceLedger, Operation?> Draw)> Kinds =
    [
        (30, Earning),
        (8, (step, model) => OfKey(step, model, (key, asked) => new Keyed(key, asked))),
        (2, (step, model) => OfKey(step, model, (key, asked) => new Keyed(key, new Suspend(asked.Program!.Value, step.B % MostRecipients, On: false)))),
        (18, (step, model) => OfReward(step, model, (handle, r) => new Owe(handle, r.Program, Part(r.Net, step.B)))),
        (6, (step, model) => OfReward(step, model, (handle, r) => new Owe(handle, r.Program, 0))),
        (5, (step, model) => OfReward(step, model, (handle, r) => new Owe(handle, r.Program, r.Earned))),
        (5, (step, model) => OfReward(step, model, (handle, r) => new Judge("approve", handle, r.Program))),
        (4, (step, model) => OfReward(step, model, (handle, r) => new Judge("approve early", handle, r.Program))),
        (8, (step, _) => new ApproveDue(step.A % MostPrograms)),
        (5, (step, model) => OfReward(step, model, (handle, r) => new Judge("hold", handle, r.Program))),
        (4, (step, model) => OfReward(step, model, (handle, r) => new Judge("release", handle, r.Program))),
        (3, (step, model) => OfReward(step, model, (handle, r) => new Judge("reject", handle, r.Program))),
        (3, (step, model) => OfReward(step, model, (handle, r) => new Judge("reverse", handle, r.Program))),
        (6, (step, model) => OfReward(step, model, (handle, r) => new Judge("settle", handle, r.Program))),
        (12, Redeeming),
        (2, (step, _) => new PassOn(step.A % MostPrograms, step.B % MostRecipients, step.C % MostRecipients)),
        (2, (step, _) => new Suspend(step.A % MostPrograms, step.B % MostRecipients, On: step.C % 2 == 0)),
        (8, (step, _) => new Pass(step.A % 20)),
        (4, Malformed),
    ];

    private static readonly int TotalWeight = Kinds.Sum(kind => kind.Weight);

    public static Gen<Step[]> Sequences { get; } =
        from steps in Gen.Choose(0, int.MaxValue).Four().ArrayOf(StepsPerSequence)
        select steps.Select((draw, n) => new Step(
            n, draw.Item1 % TotalWeight, draw.Item2, draw.Item3, draw.Item4 / 5, WithNext: draw.Item4 % 5 == 0)).ToArray();

    /// <summary>The operation of a step where the sequence has come to; null: none.</summary>
    public static Operation? Draw(Step step, ReferenceLedger model)
    {
        var rest = step.Kind;
        foreach (var (weight, draw) in Kinds)
        {
            if (rest < weight)
                return Wrapped(step, draw(step, model));
            rest -= weight;
        }
        return null;
    }

    /// <summary>Half of all carry an idempotency key; one in a hundred crashes.</summary>
    private static Operation? Wrapped(Step step, Operation? operation)
    {
        if (operation is null or Pass or ApproveDue or Keyed)
            return operation;
        var wrapped = step.C % 2 == 0 ? new Keyed(step.Key, operation) : operation;
        return step.C % 97 == 0 ? new Crash(wrapped, AfterCommit: step.B % 2 == 0) : wrapped;
    }

    private static Operation Earning(Step step, ReferenceLedger model)
    {
        var unit = Units[step.B % Units.Length];
        int? life = unit == Points && step.C % 3 == 0 ? step.C % 90 : null;
        return new Earn(step.Key, step.A % MostPrograms, step.A / 3 % MostRecipients, unit, Amount(step, unit), step.C % 4 * 10, life);
    }

    private static Operation? Redeeming(Step step, ReferenceLedger model)
    {
        var rich = model.Balances.Where(b => b.Key.Unit == Points && !b.Value["available"].IsZero).ToList();
        if (rich.Count == 0)
            return null;
        var (key, balance) = rich[step.A % rich.Count];
        return new Redeem(key.Program, key.Recipient, Points, BigInteger.Max(1, Part(balance["available"], step.B) + step.C % 2));
    }

    private static Operation Malformed(Step step, ReferenceLedger model) => (step.B % 4) switch
    {
        0 => new Judge("approve", -1, step.A % MostPrograms),
        1 => new Redeem(step.A % MostPrograms, 0, Points, -(step.C % 2)),
        2 => new Redeem(step.A % MostPrograms, 0, "USD", 5),
        _ => new Redeem(step.A % MostPrograms, 0, Points, long.MaxValue),
    };

    private static Operation? OfKey(Step step, ReferenceLedger model, Func<int, Operation, Operation> make)
    {
        if (model.Kept.Count == 0)
            return null;
        var key = model.Kept.Keys.ElementAt(step.A % model.Kept.Count);
        return make(key, model.Kept[key]);
    }

    private static Operation? OfReward(Step step, ReferenceLedger model, Func<int, ModelReward, Operation> make)
    {
        if (model.Rewards.Count == 0)
            return null;
        var handle = model.Rewards.Keys.ElementAt(step.A % model.Rewards.Count);
        return make(handle, model.Rewards[handle]);
    }

    /// <summary>The bands of the specification: small, usual, at the edges of 32 and 64 bits, and the largest token amounts.</summary>
    private static BigInteger Amount(Step step, string unit) => (step.C % 16) switch
    {
        0 => (BigInteger.One << 31) + (step.B % 3 - 1),
        1 => BigInteger.One << 40,
        2 => BigInteger.One << 62,
        3 => unit == Token ? BigInteger.Pow(10, 78) - 1 : long.MaxValue,
        < 8 => 1 + step.B % 99,
        _ => 100 + step.B % 999_901,
    };

    private static BigInteger Part(BigInteger whole, int of) => whole * (of % 1_000) / 1_000;
}
