using System.Globalization;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Prospects;
using Tributary.Referrers;
using Tributary.Reporting;
using Tributary.Server.Api.Partnero.Input;
using Tributary.Server.Api.Wire;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about leads: people whom partners put forward. Elsewhere they are called prospects.</summary>
internal sealed class LeadCalls(
    ProspectRegister prospects, ConvertProspect convert, PartnerQueries partners, LeadViews views, LeadCommissions commissions)
{
    private const int LongestName = 100;
    private const int LongestAnswer = 4_000;

    private static readonly IReadOnlyList<WireMember> Id = [WireMember.Required("id", WireType.Integer, "the lead's number")];

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "leads/details", DetailsAsync)
        {
            Summary = "Whether leads are taken, what they pay, and the form's questions", Data = PartneroJson.Default.LeadDetailsView,
        },
        new("GET", "leads", ListAsync)
        {
            Summary = "Leads, newest first", Reads = [.. PartneroFields.Paging, new("status", WireType.Text, "submitted, converted or rejected")],
            Data = PartneroJson.Default.LeadView, IsList = true,
        },
        new("POST", "leads", CreateAsync)
        {
            Summary = "Put somebody forward for a partner", Data = PartneroJson.Default.LeadView,
            Reads =
            [
                WireMember.Required("name", WireType.Text, "the person's"),
                WireMember.Required("email", WireType.Text, "the person's"),
                WireMember.Required("partner", WireType.Object, "id, key or email of the partner"),
                new("cfields", WireType.Object, "answers by the question's id: a text, or several"),
            ],
        },
        new("GET", "leads/convert", ConvertAsync) { Summary = "As the POST", Reads = Converted, Data = PartneroJson.Default.LeadView, Scope = Keys.KeyScopes.Write },
        new("POST", "leads/convert", ConvertAsync)
        {
            Summary = "Make a lead a customer of its partner, with an order where an amount is named", Reads = Converted, Data = PartneroJson.Default.LeadView,
        },
        new("GET", "leads/reject", RejectAsync) { Summary = "As the POST", Reads = Id, Data = PartneroJson.Default.LeadView, Scope = Keys.KeyScopes.Write },
        new("POST", "leads/reject", RejectAsync) { Summary = "Turn a lead down", Reads = Id, Data = PartneroJson.Default.LeadView },
        new("GET", "leads/{lead}", async (call, ct) => await FindAsync(call, call.Id, ct) is { } found ? await ShowAsync(call, found, ct) : PartneroErrors.NotFound)
        {
            Summary = "One lead", Data = PartneroJson.Default.LeadView,
        },
        new("DELETE", "leads/{lead}", DeleteAsync) { Summary = "Delete a lead that was not converted" },
    ];

    private static IReadOnlyList<WireMember> Converted => [.. Id, new("commission_transaction_amount", WireType.Number, "what the customer paid, in the programme's currency")];

    private async Task<PartneroAnswer> DetailsAsync(PartneroCall call, CancellationToken ct)
    {
        var settings = call.Program.Settings.Prospects;
        var commission = await commissions.OfAsync(call.Program, ct);
        return PartneroAnswer.One(
            new LeadDetailsView(
                settings.Enabled ? "1" : "0", commission?.CommissionType, commission,
                [.. settings.Fields.Select(field => new LeadFieldView(
                    field.Id, field.Type, field.Title, field.Text, field.Description, field.Required, field.Options ?? []))]),
            PartneroJson.Default.LeadDetailsView);
    }

    private async Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct)
    {
        var list = call.List();
        ProspectState? state = call.Input.Text("status")?.ToLowerInvariant() switch
        {
            null => null,
            "submitted" => ProspectState.Submitted,
            "converted" => ProspectState.Converted,
            "rejected" => ProspectState.Rejected,
            _ => Unknown(call.Input),
        };
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await prospects.ListAsync(call.Program.Id, state, list.Slice, ct);
        var shown = new List<LeadView>();
        foreach (var prospect in page.Items)
            shown.Add(await views.OneAsync(call.Program, prospect, ct));
        return PartneroAnswer.List(list with { Next = page.Next }, shown, PartneroJson.Default.LeadView);
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        if (!call.Program.Settings.Prospects.Enabled)
            return PartneroErrors.Forbidden;
        var name = input.RequiredText("name", LongestName);
        var email = input.RequiredText("email", Limits.Email).Trim();
        if (email.Length > 0 && !Customers.ContactKeys.TryCanonicalEmail(email, out _))
            input.Report("email", "The email must be a valid email address.");
        var handle = input.Handle("partner");
        var partner = handle is null ? null : await partners.FindAsync(call.Program.Id, handle, ct);
        if (handle is null)
            input.Report(PartneroErrors.Missing("partner"));
        else if (partner is null)
            input.Report("partner", "The partner does not exist.");
        var answers = ReadAnswers(call.Program.Settings.Prospects, input);
        if (input.Refusal is { } refusal)
            return refusal;
        return await call.OnceAsync(
            caller => prospects.SubmitAsync(call.Program, new NewProspect(partner!.Id, name, email, answers), caller, ct),
            made => made.Id.ToString(CultureInfo.InvariantCulture),
            async reference => await ShowAsync(call, (await FindAsync(call, reference, ct))!, ct, StatusCodes.Status201Created));
    }

    private async Task<PartneroAnswer> ConvertAsync(PartneroCall call, CancellationToken ct)
    {
        var amount = call.Input.Money("commission_transaction_amount", call.Program.Currency);
        return await DecideAsync(call, id => convert.ExecuteAsync(call.Program, id, amount, call.Caller, ct), ct);
    }

    private Task<PartneroAnswer> RejectAsync(PartneroCall call, CancellationToken ct) =>
        DecideAsync(call, id => prospects.RejectAsync(call.Program, id, call.Caller, ct), ct);

    private async Task<PartneroAnswer> DecideAsync(PartneroCall call, Func<long, Task<Outcome<Prospect>>> decide, CancellationToken ct)
    {
        if (!call.Input.Has("id"))
            call.Input.Report(PartneroErrors.Missing("id"));
        var id = call.Input.Integer("id", 1, long.MaxValue) ?? 0;
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return (await decide(id)).TryGet(out var decided, out var problem) ? await ShowAsync(call, decided, ct)
            : problem.Code == ProblemCode.IllegalTransition ? PartneroErrors.Invalid("id", problem.Detail)
            : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> DeleteAsync(PartneroCall call, CancellationToken ct)
    {
        if (await FindAsync(call, call.Id, ct) is not { } found)
            return PartneroErrors.NotFound;
        var outcome = await prospects.DeleteAsync(call.Program, found.Id, call.Caller, ct);
        return outcome.TryGet(out _, out var problem) ? PartneroAnswer.Done()
            : problem.Code == ProblemCode.IllegalTransition ? PartneroErrors.Invalid("id", problem.Detail)
            : PartneroErrors.From(problem);
    }

    private Task<Prospect?> FindAsync(PartneroCall call, string id, CancellationToken ct) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? prospects.FindAsync(call.Program.Id, number, ct)
            : Task.FromResult<Prospect?>(null);

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, Prospect prospect, CancellationToken ct, int status = StatusCodes.Status200OK) =>
        PartneroAnswer.One(await views.OneAsync(call.Program, prospect, ct), PartneroJson.Default.LeadView, status);

    /// <summary>Answers to the form's questions; what the form does not ask is ignored.</summary>
    private static List<ProspectAnswer> ReadAnswers(ProspectSettings form, InputObject input)
    {
        var sent = input.Object("cfields");
        var answers = new List<ProspectAnswer>();
        foreach (var field in form.Fields)
        {
            var texts = sent?.Texts(field.Id, (field.Options?.Count ?? 0) + 1, LongestAnswer) ?? [];
            if (texts.Count == 0 && field.Required)
                input.Report($"cfields.{field.Id}", $"The {field.Title} field is required.");
            else if (field.Options is { Count: > 0 } options && texts.Any(text => !options.Contains(text, StringComparer.Ordinal)))
                input.Report($"cfields.{field.Id}", $"The {field.Title} must be one of the form's options.");
            else if (texts.Count > 0)
                answers.Add(new ProspectAnswer(field.Id, field.Title, texts));
        }
        return answers;
    }

    private static ProspectState? Unknown(InputObject input)
    {
        input.Report("status", "The status must be submitted, converted or rejected.");
        return null;
    }
}
