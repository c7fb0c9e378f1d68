namespace Tributary.Prospects;

public enum ProspectState
{
    Submitted,

    /// <summary>It is a customer of the referrer now.</summary>
    Converted,
    Rejected,
}

/// <summary>Somebody whom a referrer has put forward by a form, before the merchant knows the person as a customer.</summary>
/// <param name="Id">Ours; whole and rising.</param>
/// <param name="CustomerId">Our number of the customer it has become.</param>
public sealed record Prospect(
    long Id,
    long ReferrerId,
    string Name,
    string Email,
    IReadOnlyList<ProspectAnswer> Answers,
    ProspectState State,
    long? CustomerId,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? DecidedAt);

/// <summary>What was answered to one of the form's questions, with the question as it was then.</summary>
public sealed record ProspectAnswer(string FieldId, string Question, IReadOnlyList<string> Answers);

public sealed record NewProspect(long ReferrerId, string Name, string Email, IReadOnlyList<ProspectAnswer> Answers);

internal static class ProspectStates
{
    public static string Text(this ProspectState state) => state switch
    {
        ProspectState.Submitted => "submitted",
        ProspectState.Converted => "converted",
        ProspectState.Rejected => "rejected",
    };

    public static ProspectState Parse(string text) => Enum.GetValues<ProspectState>().Single(state => state.Text() == text);
}
