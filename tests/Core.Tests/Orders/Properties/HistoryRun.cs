using System.Numerics;
using System.Text;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>One history in a programme of its own, compared with the model after each step.</summary>
internal sealed class HistoryRun(PropertyShop shop)
{
    /// <summary>Where a reward may come to from a state by one operation (money.md §5); what is final is missing.</summary>
    private static readonly Dictionary<string, string[]> Moves = new()
    {
        ["pending"] = ["available", "held", "reversed"], ["available"] = ["held", "reversed"], ["held"] = ["pending", "rejected", "reversed"],
    };

    private readonly StringBuilder log = new();
    private ShopModel model = new();
    private IReadOnlyDictionary<long, string> states = new Dictionary<long, string>();

    public static async Task<HistoryRun> OpenAsync(TestDatabase database) => new(await PropertyShop.OpenAsync(database));

    /// <summary>What went wrong, with the history before it; null: nothing.</summary>
    public async Task<string?> FaultAsync(IReadOnlyList<ShopStep> steps)
    {
        for (var n = 0; n < steps.Count; n++)
        {
            var operation = ShopHistories.Draw(steps[n], model);
            string? fault;
            if (steps[n].WithNext && n + 1 < steps.Count && Neighbour(operation, steps[++n]) is { } next)
                fault = await BesideAsync(operation, next);
            else
                fault = await AloneAsync(operation, steps[n].Crashes);
            if (fault is not null)
                return $"{log}    {fault}";
        }
        return await shop.DoctorAsync() is { } sick ? $"{log}    {sick}" : null;
    }

    /// <summary>The next operation, on the same order where it can be.</summary>
    private ShopOperation? Neighbour(ShopOperation first, ShopStep next) =>
        ShopHistories.Draw(next, model) is var second && first is not PassDays && second is not PassDays ? second : null;

    private async Task<string?> AloneAsync(ShopOperation operation, bool crashes)
    {
        log.Append(operation).Append(crashes ? " crashes first\n" : "\n");
        var before = await shop.Sight.HashAsync();
        if (crashes && operation.IsKeyed)
        {
            await shop.CrashAsync(() => operation.InRealityAsync(shop));
            if (await shop.Sight.HashAsync() is var after && after != before)
                return PropertyRun.Difference("the crash left something", before, after);
        }
        var answer = await operation.InRealityAsync(shop);
        if (await JudgedAsync(operation, answer, before) is { } fault)
            return fault;
        return operation.IsKeyed ? await AgainAsync(operation, answer) : null;
    }

    private async Task<string?> JudgedAsync(ShopOperation operation, string answer, string before)
    {
        if (!Changes(answer) && await shop.Sight.HashAsync() is var after && after != before)
            return PropertyRun.Difference($"{answer} changed something", before, after);
        var attempt = model.Copy();
        var expected = operation.InModel(attempt, answer);
        if (answer == "AmountOutOfRange")
            return attempt.Turnover * 2 > long.MaxValue ? null : "refused although nothing is out of range";
        model = attempt;
        return answer == expected ? await StandsAsync(model) : $"the model answers {expected}, the product {answer}";
    }

    /// <summary>The same operation again: it answers the same and changes nothing.</summary>
    private async Task<string?> AgainAsync(ShopOperation operation, string first)
    {
        var before = await shop.Sight.HashAsync();
        var answer = await operation.InRealityAsync(shop);
        var expected = Changes(first) ? "repeated" : first;
        if (answer != expected)
            return $"asked again the product answers {answer} instead of {expected}";
        return await shop.Sight.HashAsync() is var after && after != before ? PropertyRun.Difference("asking again changed something", before, after) : null;
    }

    /// <summary>Two at once must end as one of the two orders would.</summary>
    private async Task<string?> BesideAsync(ShopOperation first, ShopOperation second)
    {
        log.Append(first).Append("  |  ").Append(second).Append('\n');
        var answers = await Task.WhenAll(Task.Run(() => first.InRealityAsync(shop)), Task.Run(() => second.InRealityAsync(shop)));
        var (forwards, backwards) = (model.Copy(), model.Copy());
        string[] one = [Told(first, forwards, answers[0]), Told(second, forwards, answers[1])];
        string[] other = [.. new[] { Told(second, backwards, answers[1]), Told(first, backwards, answers[0]) }.Reverse()];
        var fault = one.SequenceEqual(answers) ? await StandsAsync(forwards) : $"answered {string.Join(", ", answers)}, in turn {string.Join(", ", one)}";
        if (fault is null)
        {
            model = forwards;
            return null;
        }
        var otherFault = other.SequenceEqual(answers) ? await StandsAsync(backwards) : $"backwards {string.Join(", ", other)}";
        model = backwards;
        return otherFault is null ? null : $"{fault}; {otherFault}";
    }

    private static string Told(ShopOperation operation, ShopModel model, string answer) =>
        answer == "AmountOutOfRange" ? answer : operation.InModel(model, answer);

    private async Task<string?> StandsAsync(ShopModel expected)
    {
        var standing = await shop.Sight.StandingAsync();
        if (standing != expected.Standing())
            return PropertyRun.Difference("what stands differs from the model", expected.Standing(), standing);
        if (await shop.Sight.FaultsAsync() is { Length: > 0 } faults)
            return faults;
        var now = await shop.Sight.StatesAsync();
        var illegal = states.Where(was => now[was.Key] != was.Value && !(Moves.TryGetValue(was.Value, out var to) && to.Contains(now[was.Key]))).ToList();
        if (illegal.Count > 0)
            return $"a reward went from {illegal[0].Value} to {now[illegal[0].Key]}";
        states = now;
        return null;
    }

    private static bool Changes(string answer) => answer is "ok" or "waiting" || answer.StartsWith("ok ", StringComparison.Ordinal);
}
