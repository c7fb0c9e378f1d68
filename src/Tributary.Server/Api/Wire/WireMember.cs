namespace Tributary.Server.Api.Wire;

/// <summary>A member of a body, or a parameter of a query, as the description of the dialect names it.</summary>
/// <param name="Type">As a client should send it; what else is accepted stands in the README of this folder.</param>
internal sealed record WireMember(string Name, WireType Type, string Meaning)
{
    public bool IsRequired { get; init; }

    public IReadOnlyList<WireMember> Members { get; init; } = [];

    public static WireMember Required(string name, WireType type, string meaning) => new(name, type, meaning) { IsRequired = true };
}

internal enum WireType
{
    Text,
    Integer,
    Number,
    Flag,
    Time,
    Object,
    Objects,
    Texts,
}
