using Tributary.Referrers;

namespace Tributary.ChainOrders;

/// <summary>A product that integrates the platform: a referrer of kind <c>integrator</c> with one code for good.</summary>
/// <param name="Id">The referrer's number, which is also the recipient of its fees.</param>
/// <param name="ExternalId">The operator's own id of it.</param>
/// <param name="Code">Null: it has none yet.</param>
/// <param name="Wallets">Its own: what they order is a self-referral.</param>
public sealed record Integrator(
    long Id, string? Name, string? ExternalId, string? Email, ReferrerState State, long? Code, IReadOnlyList<string> Wallets, DateTimeOffset CreatedAt);

/// <summary>An integrator to be registered.</summary>
/// <param name="Wallets">Canonical.</param>
/// <param name="Code">Null: given by the programme's settings.</param>
public sealed record NewIntegrator(string Name, string? ExternalId = null, string? Email = null, IReadOnlyList<string>? Wallets = null, long? Code = null);

/// <param name="Created">False: it was registered before under the same external id or wallet.</param>
public sealed record IntegratorRegistered(Integrator Integrator, bool Created);

/// <summary>A change of an integrator; null members stay.</summary>
/// <param name="Wallets">All of them, canonical.</param>
/// <param name="Active">False: suspended. Its orders are recorded and it earns nothing.</param>
public sealed record IntegratorChange(string? Name = null, IReadOnlyList<string>? Wallets = null, bool? Active = null);

/// <summary>Which integrators are asked for; a null member asks for any.</summary>
/// <param name="Text">Part of the name, or the code.</param>
public sealed record IntegratorFilter(string? Wallet = null, string? ExternalId = null, string? Text = null);

/// <summary>Whose a number is, whether anybody has it or not.</summary>
/// <param name="Status"><c>claimed</c>, <c>unclaimed</c> or <c>unknown</c>: nobody ever met it.</param>
/// <param name="FirstSeen">When an order carried it first.</param>
/// <param name="Orders">How many carry it.</param>
public sealed record CodeStanding(long Code, string Status, long? ReferrerId, DateTimeOffset? FirstSeen, long Orders);
