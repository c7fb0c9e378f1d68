using System.Globalization;
using System.Numerics;
using Tributary.Storage;

namespace Tributary.Core.Tests.Ledger;

/// <summary>
/// One thing that happens, told to the reference model and to the real system alike; both answer in one word. To widen the
/// generator, add a record here and a line to <see cref="OperationGenerator"/>.
/// </summary>
internal abstract record Operation
{
    /// <summary>Its programme; null: it concerns all.</summary>
    public abstract int? Program { get; }

    /// <summary>Whether it may run at the same time as its neighbour and still have one answer.</summary>
    public virtual bool MayRunBesideAnother => true;

    public abstract string InModel(ReferenceLedger model);

    public abstract Task<string> InRealityAsync(RealLedger real, Caller caller);
}

internal sealed record Earn(int Handle, int In, int Recipient, string Unit, BigInteger Amount, int HoldDays, int? LifeDays) : Operation
{
    public override int? Program => In;

    // Points are spent in the order in which they were earned; of two at once nobody can say which was first.
    public override bool MayRunBesideAnother => false;

    public override string InModel(ReferenceLedger model) => model.Earn(Handle, In, Recipient, Unit, Amount, HoldDays, LifeDays);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.EarnAsync(this, caller);
}

/// <summary>One of the verbs of a person on one reward.</summary>
internal sealed record Judge(string Verb, int Handle, int In) : Operation
{
    public override int? Program => In;

    public override string InModel(ReferenceLedger model) => Verb switch
    {
        "approve" => model.Approve(Handle, early: false),
        "approve early" => model.Approve(Handle, early: true),
        "hold" => model.Hold(Handle),
        "release" => model.Release(Handle),
        "reject" => model.Reject(Handle),
        "reverse" => model.Reverse(Handle),
        "settle" => model.Settle(Handle),
        _ => throw new InvalidOperationException(Verb),
    };

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.JudgeAsync(Verb, In, Handle, caller);
}

/// <summary>A refund, amendment or reinstatement came to this result for one reward.</summary>
internal sealed record Owe(int Handle, int In, BigInteger Owed) : Operation
{
    public override int? Program => In;

    public override string InModel(ReferenceLedger model) => model.Owe(Handle, Owed);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.OweAsync(In, Handle, Owed, caller);
}

internal sealed record Redeem(int In, int Recipient, string Unit, BigInteger Amount) : Operation
{
    public override int? Program => In;

    public override string InModel(ReferenceLedger model) => model.Redeem(In, Recipient, Unit, Amount);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.RedeemAsync(this, caller);
}

internal sealed record PassOn(int In, int From, int To) : Operation
{
    public override int? Program => In;

    public override bool MayRunBesideAnother => false;

    public override string InModel(ReferenceLedger model) => From == To ? "ok" : model.PassOn(In, From, To);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.PassOnAsync(this, caller);
}

internal sealed record Suspend(int In, int Recipient, bool On) : Operation
{
    public override int? Program => In;

    public override string InModel(ReferenceLedger model) => model.Suspend(In, Recipient, On);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.SuspendAsync(this, caller);
}

internal sealed record ApproveDue(int In) : Operation
{
    public override int? Program => In;

    // The job skips what another holds locked and comes back to it in its next round.
    public override bool MayRunBesideAnother => false;

    public override string InModel(ReferenceLedger model) => model.ApproveDue(In);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.ApproveDueAsync(In);
}

internal sealed record Pass(int Days) : Operation
{
    public override int? Program => null;

    public override bool MayRunBesideAnother => false;

    public override string InModel(ReferenceLedger model) => model.Pass(Days);

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => real.PassAsync(Days);
}

/// <summary>An operation under an idempotency key: again, it changes nothing and answers the same; another body is refused (I5).</summary>
internal sealed record Keyed(int Key, Operation Inner) : Operation
{
    public override int? Program => Inner.Program;

    public override bool MayRunBesideAnother => Inner.MayRunBesideAnother;

    public override string InModel(ReferenceLedger model)
    {
        if (model.Kept.TryGetValue(Key, out var asked))
            return asked == Inner ? "ok" : "mismatch";
        var answer = Inner.InModel(model);
        if (answer == "ok")
            model.Kept.Add(Key, Inner);
        return answer;
    }

    public override Task<string> InRealityAsync(RealLedger real, Caller caller) => Inner.InRealityAsync(real, real.WithKey(caller, Program!.Value, Key, Inner));
}

/// <summary>The same, but the server dies before or after its commit (I6, I16): nothing is half done either way.</summary>
internal sealed record Crash(Operation Inner, bool AfterCommit) : Operation
{
    public override int? Program => Inner.Program;

    public override bool MayRunBesideAnother => false;

    public override string InModel(ReferenceLedger model)
    {
        var answer = Inner.InModel(AfterCommit ? model : model.Copy());
        // That an amount is out of range shows at the commit at the latest, which a crash before it never reaches.
        return answer == "ok" || (answer == "range" && !AfterCommit) ? "crash" : answer;
    }

    public override async Task<string> InRealityAsync(RealLedger real, Caller caller) =>
        await real.CrashingAsync(AfterCommit ? "after_commit" : "before_commit", () => Inner.InRealityAsync(real, caller));
}

/// <summary>Two at once: the answers and the state are those of one after the other, in either order.</summary>
internal sealed record Both(Operation First, Operation Second) : Operation
{
    public override int? Program => First.Program;

    public override string InModel(ReferenceLedger model) => $"{First.InModel(model)}, {Second.InModel(model)}";

    /// <summary>The other order, told in the same way.</summary>
    public string InModelBackwards(ReferenceLedger model)
    {
        var second = Second.InModel(model);
        return string.Create(CultureInfo.InvariantCulture, $"{First.InModel(model)}, {second}");
    }

    public override async Task<string> InRealityAsync(RealLedger real, Caller caller) =>
        string.Join(", ", await Task.WhenAll(First.InRealityAsync(real, caller), Second.InRealityAsync(real, caller)));
}
