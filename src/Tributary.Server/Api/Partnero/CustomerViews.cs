using System.Text.Json.Nodes;
using Tributary.Programs;
using Tributary.Reporting;

namespace Tributary.Server.Api.Partnero;

/// <summary>A customer of an affiliate programme.</summary>
/// <param name="Key">The merchant's id.</param>
/// <param name="Partner">The partner's id.</param>
/// <param name="Link">The id of the link that brought it.</param>
internal sealed record AffiliateCustomerView(
    string Key,
    string Id,
    string? Partner,
    bool Deleted,
    string Status,
    string? Name,
    string? Surname,
    string? Email,
    IReadOnlyList<TagView> Tags,
    string? Link,
    string? Via,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt);

/// <summary>A customer of a refer-a-friend programme, who may refer others.</summary>
/// <param name="Id">The merchant's id.</param>
/// <param name="Key">Its public code.</param>
internal sealed record FriendCustomerView(
    string Id,
    string? Key,
    string? Email,
    string? Name,
    string? Surname,
    string Status,
    bool Approved,
    bool Tos,
    ReferringCustomerView? ReferringCustomer,
    long ReferralsCount,
    CustomerMetadata Metadata,
    string? ReferralLink,
    IReadOnlyList<string> ReferralLinks,
    string? ReferralCode,
    string? ReferralUrl,
    IReadOnlyDictionary<string, string> CustomFields,
    IReadOnlyList<TagView> Tags,
    PartneroTime CreatedAt,
    PartneroTime UpdatedAt);

internal sealed record ReferringCustomerView(string? Id, string? Key, string? Email, string? Name, string? Surname);

internal sealed record CustomerMetadata(string? DateOfBirth);

/// <summary>Shows customers as the programme's type has them.</summary>
internal sealed class CustomerViews(CustomerLinks links)
{
    public async Task<PartneroAnswer> OneAsync(
        PartneroCall call, DirectoryCustomer customer, CancellationToken ct, int status = StatusCodes.Status200OK) =>
        call.Program.Settings.Partnero.Type switch
        {
            PartneroType.Affiliate => PartneroAnswer.One(Affiliate(customer), PartneroJson.Default.AffiliateCustomerView, status),
            PartneroType.ReferAFriend => PartneroAnswer.One(
                (await FriendsAsync(call, [customer], ct))[0], PartneroJson.Default.FriendCustomerView, status),
        };

    public async Task<PartneroAnswer> ListAsync(
        PartneroCall call, PartneroList list, IReadOnlyList<DirectoryCustomer> customers, CancellationToken ct) =>
        call.Program.Settings.Partnero.Type switch
        {
            PartneroType.Affiliate => PartneroAnswer.List(list, [.. customers.Select(Affiliate)], PartneroJson.Default.AffiliateCustomerView),
            PartneroType.ReferAFriend => PartneroAnswer.List(
                list, await FriendsAsync(call, customers, ct), PartneroJson.Default.FriendCustomerView),
        };

    public static AffiliateCustomerView Affiliate(DirectoryCustomer customer) => new(
        customer.MerchantId, customer.MerchantId, customer.ReferrerKey, customer.State == DirectoryState.Removed, Word(customer.State),
        Text(customer.Attributes, CustomerMembers.FirstName), Text(customer.Attributes, CustomerMembers.LastName), customer.Email,
        TagsOf(customer.Attributes), customer.LinkId, ViaWords.Of(customer.Via, customer.ByAddress, ofOrder: false), PartneroTime.Of(customer.CreatedAt), PartneroTime.Of(customer.UpdatedAt));

    public async Task<IReadOnlyList<FriendCustomerView>> FriendsAsync(PartneroCall call, IReadOnlyList<DirectoryCustomer> customers, CancellationToken ct)
    {
        var urls = await links.OfAsync(call, customers, ct);
        return [.. customers.Select(customer => Friend(customer, urls[customer.Number]))];
    }

    private static FriendCustomerView Friend(DirectoryCustomer customer, IReadOnlyList<string> urls)
    {
        var attributes = customer.Attributes;
        var url = urls.Count > 0 ? urls[0] : null;
        return new FriendCustomerView(
            customer.MerchantId, customer.Code, customer.Email, Text(attributes, CustomerMembers.FirstName), Text(attributes, CustomerMembers.LastName),
            Word(customer.State), Approved: true, Tos: true, Referring(customer.Referring), customer.Referrals,
            new CustomerMetadata(Text(attributes, CustomerMembers.DateOfBirth)), url, urls, customer.Code, url, FieldsOf(attributes), TagsOf(attributes),
            PartneroTime.Of(customer.CreatedAt), PartneroTime.Of(customer.UpdatedAt));
    }

    private static ReferringCustomerView? Referring(ReferringCustomer? customer) => customer is null ? null : new ReferringCustomerView(
        customer.MerchantId, customer.Code, customer.Email,
        Text(customer.Attributes, CustomerMembers.FirstName), Text(customer.Attributes, CustomerMembers.LastName));

    private static string Word(DirectoryState state) => state switch
    {
        DirectoryState.Active => "active",
        DirectoryState.Archived => "archived",
        DirectoryState.Removed => "deleted",
    };

    private static List<TagView> TagsOf(JsonObject attributes) =>
        attributes[CustomerMembers.Tags] is JsonArray tags ? [.. tags.Select(tag => new TagView(tag?.ToString() ?? ""))] : [];

    private static Dictionary<string, string> FieldsOf(JsonObject attributes) =>
        attributes[CustomerMembers.Custom] is JsonObject fields ? fields.ToDictionary(field => field.Key, field => field.Value?.ToString() ?? "") : [];

    private static string? Text(JsonObject attributes, string name) => attributes[name]?.ToString();
}

/// <summary>Words of this dialect for what decided.</summary>
internal static class ViaWords
{
    /// <param name="byAddress">Whether the address of a link decided, which the engine takes for a code.</param>
    /// <param name="ofOrder">Of an order the engine's word may be the customer's earlier attribution.</param>
    public static string? Of(string? via, bool byAddress, bool ofOrder) => via switch
    {
        null => null,
        "code" when byAddress => "link",
        "code" => "partner",
        "click" => "link",
        "existing" when ofOrder => "customer",
        _ => via,
    };
}
