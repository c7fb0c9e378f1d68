using System.Globalization;
using Tributary.Campaigns;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Prospects;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>Somebody whom a partner has put forward.</summary>
/// <param name="CreatedAt">A day in the programme's time zone.</param>
internal sealed record LeadView(
    long Id,
    string Status,
    string CreatedAt,
    LeadInfo LeadInfo,
    LeadCustomer? ConvertedTo,
    LeadSubmitter? Submitter,
    IReadOnlyList<LeadAnswer> SubmissionForm,
    bool CanBeConverted,
    bool CanBeRejected);

internal sealed record LeadInfo(string Name, string Email);

internal sealed record LeadCustomer(string Key, string Name, string? Email);

internal sealed record LeadSubmitter(string? Id, string? Name, string? Email);

internal sealed record LeadAnswer(string Question, string Answer);

/// <param name="LeadsEnabled"><c>1</c> or <c>0</c>, as published.</param>
internal sealed record LeadDetailsView(
    string LeadsEnabled, string? ProgramLeadsCommissionType, LeadCommission? LeadsCommission, IReadOnlyList<LeadFieldView> LeadsCustomFormFields);

internal sealed record LeadCommission(string Currency, WireAmount Commission, string CommissionType);

internal sealed record LeadFieldView(
    string Id, string Type, string Title, string? Text, string? Description, bool Required, IReadOnlyList<string> Options);

/// <summary>Shows leads.</summary>
internal sealed class LeadViews(PartnerQueries partners, CustomerDirectory customers)
{
    public async Task<LeadView> OneAsync(ReferralProgram program, Prospect prospect, CancellationToken ct)
    {
        var partner = await partners.FindAsync(program.Id, prospect.ReferrerId, ct);
        var customer = prospect.CustomerId is { } number ? await customers.FindAsync(program.Id, number, ct) : null;
        var open = prospect.State == ProspectState.Submitted;
        return new LeadView(
            prospect.Id, prospect.State.ToString().ToLowerInvariant(),
            DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(prospect.SubmittedAt, program.Settings.Zone).DateTime).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            new LeadInfo(prospect.Name, prospect.Email),
            customer is null ? null : new LeadCustomer(customer.MerchantId, prospect.Name, customer.Email),
            partner is null ? null : new LeadSubmitter(partner.Who.Key, partner.Who.Name, partner.Who.Email),
            [.. prospect.Answers.Select(answer => new LeadAnswer(answer.Question, string.Join(", ", answer.Answers)))],
            open, open);
    }
}

/// <summary>What a converted lead pays its partner: the first campaign's sum for a sign-up.</summary>
internal sealed class LeadCommissions(CampaignStore campaigns)
{
    public async Task<LeadCommission?> OfAsync(ReferralProgram program, CancellationToken ct)
    {
        var active = await campaigns.ListAsync(program, new PageRequest(Limits.PageSize), CampaignState.Active, ct);
        var sums =
            from campaign in active.Items.OrderBy(each => each.Id)
            from step in campaign.Definition.Steps
            where step.Trigger == StepTrigger.Lead
            from line in step.Lines
            where line.Recipient == RewardRole.Referrer
            select (line.Amount as FixedAmount)?.Money;
        return sums.FirstOrDefault(sum => sum is not null) is { } money
            ? new LeadCommission(money.Currency.Code, WireAmount.Money(money.Minor, money.Currency), "static")
            : null;
    }
}
