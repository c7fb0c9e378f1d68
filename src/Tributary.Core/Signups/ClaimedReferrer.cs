using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Signups;

/// <summary>What the text of a claim names, looked up among the matches that the database found (gameball.md 4.2).</summary>
internal static class ClaimedReferrer
{
    public static IReadOnlyList<ReferrerCandidate> Candidates(ReferralProgram program, ReferralClaim claim)
    {
        if (claim.Code is not { } text)
            return [];
        var parameter = ReferralLink.ParameterOf(program.Settings.Links.Template);
        return ReferrerText.Read(text, claim.AcceptCustomerIds, parameter is null ? [] : [parameter]);
    }

    /// <summary>The first candidate that finds something decides; a folded form that finds several is ambiguous.</summary>
    public static (ReferrerMatch? Match, bool Ambiguous) Resolve(IReadOnlyList<ReferrerCandidate> candidates, IReadOnlyList<ReferrerMatch> matches)
    {
        foreach (var candidate in candidates)
        {
            var found = matches.Where(match => Fits(candidate, match)).ToList();
            if (found.Count > 0)
                return found.Count == 1 ? (found[0], false) : (null, true);
        }
        return (null, false);
    }

    public static string? CanonicalCoupon(string coupon) =>
        CodeText.TryCanonicalCoupon(coupon, out var canonical) ? canonical : null;

    private static bool Fits(ReferrerCandidate candidate, ReferrerMatch match) => candidate.Kind switch
    {
        ReferrerCandidateKind.Code => !match.IsCustomerId && match.Canonical == candidate.Text,
        ReferrerCandidateKind.FoldedCode => !match.IsCustomerId && match.Folded == candidate.Text,
        ReferrerCandidateKind.CustomerId => match.IsCustomerId && match.Name == candidate.Text,
        ReferrerCandidateKind.Link => false,
        _ => throw new ArgumentOutOfRangeException(nameof(candidate)),
    };
}
