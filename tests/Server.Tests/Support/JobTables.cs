namespace Tributary.Server.Tests.Support;

/// <summary>
/// What jobs of a node write on their own time: a comparison of rows before and after a request is not about them. They say
/// nothing that is not in other tables too.
/// </summary>
internal static class JobTables
{
    public static readonly IReadOnlyList<string> All =
    [
        // Sealing.
        "seals",
        // Folding takes these queues empty …
        "click_batches", "outcome_changes", "referrer_merges",
        // … and fills these roll-ups, a second or more after what is counted.
        "folds", "link_hours", "link_months", "referrer_days", "referrer_months", "domain_days", "domain_months", "dimension_days",
        "dimension_months", "folded_outcomes", "folded_outcome_months", "credited_clicks",
        // Recounting asks for days of its own accord when lists have changed.
        "recounts",
        // Events get their positions after the commit; who sends to an endpoint.
        "event_feeds", "published_events", "webhook_lanes", "deliveries", "delivery_attempts",
        // Requests to the deBridge dialect are written down beside their answering.
        "dialect_requests",
        // The look for bursts of clicks.
        "velocity_findings",
    ];

    /// <summary>When a job looks again for a click that is waited for, and when a key was used.</summary>
    public static readonly IReadOnlyList<string> Columns = ["next_look_at", "last_used_at"];
}
