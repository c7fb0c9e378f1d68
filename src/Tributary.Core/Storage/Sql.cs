namespace Tributary.Storage;

/// <summary>Puts statements together from parts that stand in the code.</summary>
internal static class Sql
{
    /// <summary>
    /// The condition where the filter is set, nothing where it is not: an index is used only for a condition that is there.
    /// </summary>
    public static string When(object? filter, string condition) => filter is null ? "" : condition;
}
