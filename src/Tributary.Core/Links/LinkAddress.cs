namespace Tributary.Links;

/// <summary>A link's address, ready to be completed by what a request brings.</summary>
internal sealed class LinkAddress
{
    public string Location(RedirectProgram program, string? keptPath, string query, bool withCode, string? clickId) =>
        throw new NotSupportedException();
}
