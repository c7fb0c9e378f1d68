using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>
/// Finds the call that a path and a method name. Literal segments win over <c>{names}</c>.
/// </summary>
/// <remarks>
/// To add calls: a class <c>…Calls</c> with a property <c>Routes</c>, registered and listed in <see cref="PartneroServices"/>.
/// A handler reads <see cref="PartneroCall.Input"/> straight through, returns <c>Input.Refusal</c> if there is one, asks Core,
/// and answers by <see cref="PartneroAnswer"/>: <c>One</c>, <c>List</c>, <c>Done</c>, or a <see cref="PartneroError"/>
/// (<see cref="PartneroErrors.From(Primitives.Problem, Func{string, string}?)"/> for a problem of Core's). A POST that creates goes through
/// <see cref="PartneroCall.OnceAsync"/>, so that an <c>Idempotency-Key</c> works. Records of answers stand in
/// <see cref="PartneroJson"/>; each call is listed in <c>docs/api/partnero.md</c> and in the tests' <c>PartneroCases</c>.
/// </remarks>
internal sealed class PartneroRouter
{
    private readonly PartneroRoute[] routes;

    public PartneroRouter(IEnumerable<PartneroRoute> routes) =>
        this.routes = [.. routes.OrderByDescending(route => route.Literals)];

    public IReadOnlyList<PartneroRoute> Routes => routes;

    /// <summary>The calls at a path, one per method; empty when the path is unknown.</summary>
    public IReadOnlyList<PartneroRoute> At(PartneroPath path) =>
        path.Segments is { } segments ? WireRoute.At(routes, segments) : [];
}
