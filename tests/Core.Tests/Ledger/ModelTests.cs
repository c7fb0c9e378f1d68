using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tributary.Ledger;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

/// <summary>
/// money.md §9: random histories told to the reference model and to the product; they answer and stand alike after every step.
/// A failing run is repeated with <c>TRIBUTARY_SEED</c>; <c>TRIBUTARY_TEST_LONG=1</c> runs ten times as many.
/// </summary>
public sealed class ModelTests(PostgresFixture postgres)
{
    private static readonly int Scale = Environment.GetEnvironmentVariable("TRIBUTARY_TEST_LONG") == "1" ? 10 : 1;

    [Fact]
    public void I1_I2_I3_I8_I9_I12_I17_the_model_keeps_its_own_invariants()
    {
        var seed = Seed();
        foreach (var (steps, n) in OperationGenerator.Sequences.Sample(500 * Scale, new Rnd(seed), 500 * Scale).Select((steps, n) => (steps, n)))
        {
            var model = new ReferenceLedger();
            foreach (var step in steps)
            {
                var operation = OperationGenerator.Draw(step, model);
                operation?.InModel(model);
                model.Fault().ShouldBeNull($"TRIBUTARY_SEED={seed}, sequence {n}, step {step.Key}: {operation}");
            }
            model.FaultOfFold().ShouldBeNull($"TRIBUTARY_SEED={seed}, sequence {n}");
        }
    }

    [Fact]
    public void I15_a_programme_fares_the_same_whether_others_act_or_not()
    {
        var seed = Seed();
        foreach (var steps in OperationGenerator.Sequences.Sample(50, new Rnd(seed), 50))
        {
            var (together, alone) = (new ReferenceLedger(), new ReferenceLedger());
            foreach (var step in steps)
            {
                var operation = OperationGenerator.Draw(step, together);
                operation?.InModel(together);
                if (operation?.Program is null or 0)
                    operation?.InModel(alone);
            }
            alone.Balances.ShouldBe(together.Balances.Where(b => b.Key.Program == 0), ignoreOrder: true, $"TRIBUTARY_SEED={seed}");
        }
    }

    [Fact]
    public async Task I1_to_I9_I12_I15_I17_the_product_does_what_the_model_does()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var seed = Seed();
        var sequences = OperationGenerator.Sequences.Sample(40 * Scale, new Rnd(seed), 40 * Scale).Select((steps, n) => (steps, n));

        await Parallel.ForEachAsync(sequences, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (sequence, _) =>
        {
            if (await FailureAsync(database, sequence.steps) is { } failure)
                Assert.Fail($"TRIBUTARY_SEED={seed}, sequence {sequence.n}:\n{await SmallestAsync(database, sequence.steps, failure)}");
        });

        (await new Sealing(database.Database, TimeProvider.System).RunAsync(default)).ShouldBeGreaterThan(0);
        var report = await new Doctor(database.Database).RunAsync(null, default);
        report.IsHealthy.ShouldBeTrue(report.ToString());
    }

    /// <summary>What went wrong, with the history before it; null: all was well.</summary>
    private static async Task<string?> FailureAsync(TestDatabase database, IReadOnlyList<Step> steps)
    {
        var real = await RealLedger.OpenAsync(database);
        var model = new ReferenceLedger();
        var history = new StringBuilder();
        for (var n = 0; n < steps.Count; n++)
        {
            var operation = OperationGenerator.Draw(steps[n], model);
            // The neighbour is drawn at the same reward or recipient, so that they meet.
            if (steps[n].WithNext && n + 1 < steps.Count
                && Paired(operation, OperationGenerator.Draw(steps[n + 1] with { A = steps[n].A }, model)) is { } both)
            {
                operation = both;
                n++;
            }
            if (operation is null)
                continue;
            history.Append(CultureInfo.InvariantCulture, $"{steps[n].Key,4} {operation}\n");
            (model, var fault) = await StepAsync(real, model, operation);
            if (fault is not null)
                return $"{history}     {fault}";
        }
        return null;
    }

    private static Both? Paired(Operation? first, Operation? second)
    {
        if (first is not { MayRunBesideAnother: true } || second is not { MayRunBesideAnother: true })
            return null;
        return first is Keyed { Key: var one } && second is Keyed { Key: var other } && one == other ? null : new Both(first, second);
    }

    private static async Task<(ReferenceLedger Model, string? Fault)> StepAsync(RealLedger real, ReferenceLedger model, Operation operation)
    {
        string answer;
        try
        {
            answer = await operation.InRealityAsync(real, real.Caller);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return (model, failure.ToString());
        }
        var backwards = operation is Both ? model.Copy() : null;
        var expected = operation.InModel(model);
        var fault = answer == expected ? await real.DifferenceAsync(model) : $"the model answers {expected}, the product {answer}";
        if (fault is null || backwards is null)
            return (model, fault);
        var other = ((Both)operation).InModelBackwards(backwards);
        var otherFault = answer == other ? await real.DifferenceAsync(backwards) : $"backwards the model answers {other}";
        return otherFault is null ? (backwards, null) : (model, $"{fault}; {otherFault}");
    }

    /// <summary>Takes out ever smaller pieces as long as it still fails; what failed last.</summary>
    private static async Task<string> SmallestAsync(TestDatabase database, IReadOnlyList<Step> steps, string failure)
    {
        for (var size = steps.Count / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= steps.Count;)
            {
                Step[] less = [.. steps.Take(start), .. steps.Skip(start + size)];
                if (await FailureAsync(database, less) is { } still)
                    (steps, failure) = (less, still);
                else
                    start += size;
            }
        }
        return failure;
    }

    private static ulong Seed()
    {
        var seed = Environment.GetEnvironmentVariable("TRIBUTARY_SEED") is { Length: > 0 } text
            ? ulong.Parse(text, CultureInfo.InvariantCulture)
            : BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
        TestContext.Current.TestOutputHelper?.WriteLine($"TRIBUTARY_SEED={seed}");
        return seed;
    }
}
