namespace Tributary.Referrers;

/// <summary>What whoever earns by referring is to the programme.</summary>
public enum ReferrerKind
{
    Partner,
    Customer,
    Integrator,
}
