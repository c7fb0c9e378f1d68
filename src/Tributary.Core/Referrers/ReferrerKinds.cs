namespace Tributary.Referrers;

/// <summary>The words by which kinds of referrers are stored and answered.</summary>
public static class ReferrerKinds
{
    public static string Text(this ReferrerKind kind) => kind switch
    {
        ReferrerKind.Partner => "partner",
        ReferrerKind.Customer => "customer",
        ReferrerKind.Integrator => "integrator",
    };

    public static ReferrerKind Parse(string text) => text switch
    {
        "partner" => ReferrerKind.Partner,
        "customer" => ReferrerKind.Customer,
        "integrator" => ReferrerKind.Integrator,
        _ => throw new FormatException("Not a kind of referrer."),
    };
}
