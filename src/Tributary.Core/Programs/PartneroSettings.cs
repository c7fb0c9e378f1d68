using System.Text.Json.Serialization;
using Tributary.Primitives;

namespace Tributary.Programs;

/// <summary>What only the Partnero dialect asks (partnero.md § 1.1).</summary>
public sealed record PartneroSettings
{
    /// <summary>Decides the shapes of customers, and which calls there are.</summary>
    public PartneroType Type { get; init; }

    /// <summary>The cookie of the merchant's site that keeps the code (partnero.md § 5.2).</summary>
    [JsonIgnore]
    public string CodeCookie => Type switch
    {
        PartneroType.Affiliate => "partnero_partner",
        PartneroType.ReferAFriend => "partnero_referral",
    };

    /// <summary>The programme's website as its calls tell it, an absolute http(s) address; null: the programme's site.</summary>
    public string? Website { get; init; }

    /// <summary>Orders of one customer closer together than this are recorded with their rewards held; 0: any may follow.</summary>
    public int MinOrderIntervalSeconds { get; init; }
    /// <summary>Whether an order of an unknown customer is refused unless it asks for the customer to be created.</summary>
    public bool StrictCustomers { get; init; }
    /// <summary>Whether rewards of orders that a browser reported are released like others.</summary>
    public bool TrustBrowserOrders { get; init; }
}

[JsonConverter(typeof(ExactWords<PartneroType>))]
public enum PartneroType
{
    /// <summary>Partners refer customers.</summary>
    [JsonStringEnumMemberName("affiliate")] Affiliate,

    /// <summary>Customers refer customers.</summary>
    [JsonStringEnumMemberName("refer_a_friend")] ReferAFriend,
}
