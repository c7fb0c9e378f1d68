namespace Tributary.Server.Web.Start;

/// <summary>What the start page shows.</summary>
/// <param name="Status">As <c>/readyz</c> answers it: <c>starting</c>, <c>ready</c>, <c>unreachable</c> or <c>failed</c>.</param>
/// <param name="Unsafe">Settings of the database that put promises at risk, each as a sentence.</param>
/// <param name="DemoFile">Where the file for scripts lies; null: there is no demo programme.</param>
/// <param name="Steps">The tour; empty without a demo programme.</param>
/// <param name="Outcome">Of the step that was just run, where the browser runs no scripts.</param>
public sealed record StartFacts(
    string Status, string? Reason, IReadOnlyList<string> Unsafe, string BaseUrl, string? DemoFile, string Run, IReadOnlyList<TourStep> Steps, TourOutcome? Outcome);
