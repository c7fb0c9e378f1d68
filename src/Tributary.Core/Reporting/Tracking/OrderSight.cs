namespace Tributary.Reporting.Tracking;

/// <summary>Whose orders exist for a caller (debridge.md § 1.3); all others do not, neither by their id nor in any count.</summary>
/// <param name="All">Everybody's.</param>
/// <param name="OwnCode">Those with this code.</param>
/// <param name="Public">Everybody's but those of <see cref="HiddenCodes"/>.</param>
public sealed record OrderSight(bool All, long? OwnCode = null, bool Public = false)
{
    /// <summary>Codes of integrators who are not shown to the public.</summary>
    public IReadOnlyList<long> HiddenCodes { get; init; } = [];

    public static OrderSight Everything { get; } = new(All: true);

    public static OrderSight Nothing { get; } = new(All: false);

    /// <summary>A condition on <c>chain_orders o</c>; its parameters are <see cref="OwnCode"/> and <see cref="HiddenCodes"/>.</summary>
    internal string Condition
    {
        get
        {
            const string own = "o.referral_code = @ownCode";
            const string shown = "(o.referral_code is null or o.referral_code <> all(@hiddenCodes))";
            return this switch
            {
                { All: true } => "",
                { Public: true, OwnCode: null } => $" and {shown}",
                { Public: true } => $" and ({own} or {shown})",
                { OwnCode: not null } => $" and {own}",
                _ => " and false",
            };
        }
    }
}
