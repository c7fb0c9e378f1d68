namespace Tributary.Links;

/// <summary>What the redirector does at a host.</summary>
public enum RedirectHostKind
{
    /// <summary>The merchant's own site, which passes links by path on; several programmes may share it.</summary>
    Site,

    /// <summary>A programme's host for short links.</summary>
    Short,

    /// <summary>A label of a programme's wildcard domain, or the domain itself.</summary>
    Wildcard,

    /// <summary>The server's own host for short links of all programmes.</summary>
    ServerShort,

    /// <summary>A programme's own host for an interface of ours: nothing is redirected there.</summary>
    Api,
}

/// <summary>A host that requests for links may arrive at.</summary>
/// <param name="Name">In lower case, without port and final dot.</param>
/// <param name="Programs">Whose links live there, and by which of their domains; empty for the server's own short host.</param>
/// <param name="Label">Of a sub-domain of a wildcard domain: what may be a code.</param>
public sealed record RedirectHost(
    string Name, RedirectHostKind Kind, IReadOnlyList<HostedProgram> Programs, string? Label = null);

public readonly record struct HostedProgram(long ProgramId, long DomainId);
