using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Signups;

namespace Tributary.Server.Api.V1;

/// <summary>What a call says of who referred.</summary>
internal interface IClaimBody
{
    string? ReferrerCode { get; }
    string? ClickId { get; }
    string? VisitorId { get; }
    string? ReferralUrl { get; }
    IReadOnlyList<string>? Coupons { get; }
}

/// <summary>Turns what a call says of who referred into a claim, under the programme's settings.</summary>
internal static class Claims
{
    private const int MostCoupons = 50;

    public static ReferralClaim Of(ReferralProgram program, IClaimBody body)
    {
        var settings = program.Settings.Attribution;
        return new ReferralClaim
        {
            Code = Text(body.ReferrerCode),
            ClickId = Text(body.ClickId),
            VisitorId = Text(body.VisitorId),
            ReferralUrl = Text(body.ReferralUrl),
            Coupons = body.Coupons ?? [],
            TellsUnknownCoupons = true,
            CodeWindow = settings.CodeWindowSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            FirstOrderWithin = settings.FirstOrderWithinDays is { } days ? TimeSpan.FromDays(days) : null,
        };
    }

    /// <summary>What of it could not be kept; null: nothing. A claim that names nothing is no fault.</summary>
    public static Problem? Check(IClaimBody body)
    {
        if (body.Coupons is { Count: > MostCoupons })
            return new Problem(ProblemCode.TooMany, $"There are at most {MostCoupons} coupons.", "coupons");
        if (body.ReferralUrl?.Length > Limits.Url)
            return new Problem(ProblemCode.TooLong, $"An address has at most {Limits.Url} characters.", "referralUrl");
        if (body.ClickId?.Length > Limits.Text)
            return new Problem(ProblemCode.TooLong, $"A click's id has at most {Limits.Text} characters.", "clickId");
        return body.VisitorId?.Length > Limits.Text
            ? new Problem(ProblemCode.TooLong, $"A visitor's id has at most {Limits.Text} characters.", "visitorId")
            : null;
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
