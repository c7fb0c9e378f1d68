using System.Globalization;
using Tributary.Primitives;
using Tributary.Referrers;
using Tributary.Rewards;
using Tributary.Server.Api.Partnero.Input;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about partners.</summary>
internal sealed class PartnerCalls(
    PartnerQueries partners, ReferrerRegister register, PartnerViews views, SignInTokens tokens, GrantReward grant, RewardQueries rewards)
{
    private const int ShortestSignIn = 30;
    private const int LongestSignIn = 600;
    private const int UsualSignIn = 120;

    public IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "partners", ListAsync)
        {
            Summary = "Partners, newest first; archived and deleted ones only by status",
            Reads = PartnerFields.List, Data = PartneroJson.Default.PartnerView, IsList = true,
        },
        new("POST", "partners", CreateAsync)
        {
            SuccessStatus = StatusCodes.Status201Created,
            Summary = "Make a partner with its code and its default link", Reads = PartnerFields.New, Data = PartneroJson.Default.PartnerView,
        },
        new("GET", "partners:search", SearchAsync)
        {
            Summary = "Partners that fit all filters", Reads = PartnerFields.Search, Data = PartneroJson.Default.PartnerView, IsList = true,
        },
        new("POST", "partners:sign-in-url", SignInUrlAsync)
        {
            SuccessStatus = StatusCodes.Status201Created,
            Summary = "An address, good for one use, that signs a partner in to the portal",
            Reads = [.. PartnerFields.Handle, PartnerFields.ExpiresIn], Data = PartneroJson.Default.SignInUrlView,
        },
        new("GET", "partner", (call, ct) => GetAsync(call, call.Input.Text("id", Limits.Text, "key", "email"), ct))
        {
            Summary = "One partner by id, code or e-mail", Reads = PartnerFields.Handle, Data = PartneroJson.Default.PartnerView,
        },
        new("GET", "partners/{partner}", (call, ct) => GetAsync(call, call.Id, ct))
        {
            Summary = "One partner with its numbers", Data = PartneroJson.Default.PartnerView,
        },
        new("PUT", "partners", ChangeNamedAsync)
        {
            Summary = "Change the partner that the body names", Reads = PartnerFields.Changed, Data = PartneroJson.Default.PartnerView,
        },
        new("PUT", "partners/{partner}", (call, ct) => ChangeAsync(call, call.Id, null, ct))
        {
            Summary = "Change a partner", Reads = PartnerFields.Changed, Data = PartneroJson.Default.PartnerView,
        },
        new("DELETE", "partners", (call, ct) => MoveAsync(call, NameOf(call.Input).Handle, null, ReferrerState.Deleted, ct))
        {
            Summary = "Delete the partner that the body names", Reads = PartnerFields.Handle,
        },
        new("DELETE", "partners/{partner}", (call, ct) => MoveAsync(call, call.Id, null, ReferrerState.Deleted, ct))
        {
            Summary = "Delete a partner; its names stay taken, its rewards stay",
        },
        new("POST", "partners/{partner}/archive", (call, ct) => MoveAsync(call, call.Id, ReferrerState.Active, ReferrerState.Archived, ct))
        {
            Summary = "Put a partner away: links lead on, nothing is earned",
        },
        new("POST", "partners/{partner}/revoke-archive", (call, ct) => MoveAsync(call, call.Id, ReferrerState.Archived, ReferrerState.Active, ct))
        {
            Summary = "Bring an archived partner back",
        },
        new("POST", "partners/{partner}/reward", RewardAsync)
        {
            SuccessStatus = StatusCodes.Status201Created,
            Summary = "Give a partner a reward by hand", Reads = PartnerFields.Reward, Data = PartneroJson.Default.RewardView,
        },
    ];

    private Task<PartneroAnswer> ListAsync(PartneroCall call, CancellationToken ct) =>
        PageAsync(call, new PartnerFilter(Tag: call.Input.Text("tag"), States: StatesOf(call.Input)), ct);

    private Task<PartneroAnswer> SearchAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var filter = new PartnerFilter(input.Text("id"), input.Text("key"), input.Text("email")?.Trim(), input.Text("name"), input.Text("tag"), StatesOf(input));
        return PageAsync(call, filter, ct);
    }

    private async Task<PartneroAnswer> PageAsync(PartneroCall call, PartnerFilter filter, CancellationToken ct)
    {
        var list = call.List();
        if (call.Input.Refusal is { } refusal)
            return refusal;
        var page = await partners.ListAsync(call.Program.Id, filter, list.Slice, ct);
        return PartneroAnswer.List(list with { Next = page.Next }, await views.AllAsync(call, page.Items, ct), PartneroJson.Default.PartnerView);
    }

    private async Task<PartneroAnswer> GetAsync(PartneroCall call, string? handle, CancellationToken ct)
    {
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (handle is null)
            return PartneroErrors.Missing("id");
        return await partners.FindAsync(call.Program.Id, handle, ct) is { } found
            ? await views.OneAsync(call, found, withNumbers: true, ct)
            : PartneroErrors.NotFound;
    }

    private async Task<PartneroAnswer> CreateAsync(PartneroCall call, CancellationToken ct)
    {
        var parent = call.Input.Handle("referring_partner");
        var recruiter = parent is null ? null : await partners.FindAsync(call.Program.Id, parent, ct);
        var wanted = PartnerMembers.Read(call.Input, recruiter?.Id);
        if (parent is not null && recruiter is null)
            call.Input.Report("referring_partner", "The referring partner does not exist.");
        if (call.Input.Refusal is { } refusal)
            return refusal;
        return await call.OnceAsync(
            caller => register.CreateAsync(call.Program, wanted, caller, ct),
            made => made.Id.ToString(CultureInfo.InvariantCulture),
            reference => ShowAsync(call, long.Parse(reference, CultureInfo.InvariantCulture), StatusCodes.Status201Created, ct),
            PartnerMembers.FieldOf(call.Input));
    }

    /// <summary>Without a path the body names the partner and says what changes, in <c>update</c> or beside.</summary>
    private Task<PartneroAnswer> ChangeNamedAsync(PartneroCall call, CancellationToken ct)
    {
        var (handle, named) = NameOf(call.Input);
        return ChangeAsync(call, handle, named, ct);
    }

    private async Task<PartneroAnswer> ChangeAsync(PartneroCall call, string? handle, string? named, CancellationToken ct)
    {
        var update = call.Input.Object("update");
        var change = PartnerMembers.ReadChange(update ?? call.Input, update is null ? named : null);
        if (handle is null)
            call.Input.Report(PartneroErrors.Missing("id"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await partners.FindAsync(call.Program.Id, handle!, ct) is not { } found)
            return PartneroErrors.NotFound;
        if (string.Equals(change.Code, found.Code, StringComparison.OrdinalIgnoreCase))
            change = change with { Code = null };
        var outcome = await register.UpdateAsync(call.Program, found.Id, change, call.Caller, ct);
        return outcome.TryGet(out _, out var problem)
            ? await ShowAsync(call, found.Id, StatusCodes.Status200OK, ct)
            : PartneroErrors.From(problem, PartnerMembers.FieldOf(update ?? call.Input));
    }

    private async Task<PartneroAnswer> MoveAsync(
        PartneroCall call, string? handle, ReferrerState? from, ReferrerState to, CancellationToken ct)
    {
        if (handle is null)
            call.Input.Report(PartneroErrors.Missing("id"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await partners.FindAsync(call.Program.Id, handle!, ct) is not { } found)
            return PartneroErrors.NotFound;
        var outcome = await register.MoveAsync(call.Program, found.Id, to, null, call.Caller, ct, from);
        return outcome.TryGet(out _, out var problem) ? PartneroAnswer.Done() : PartneroErrors.From(problem);
    }

    private async Task<PartneroAnswer> RewardAsync(PartneroCall call, CancellationToken ct)
    {
        var input = call.Input;
        var amount = input.RequiredMoney("amount", call.Program.Currency);
        if (amount == 0 && input.Refusal is null)
            input.Report("amount", "The amount must be more than 0.");
        var (at, note, key) = (input.PastTime("date", call.Now), input.Text("note"), input.Text("key"));
        if (input.Refusal is { } refusal)
            return refusal;
        if (await partners.FindAsync(call.Program.Id, call.Id, ct) is not { } partner)
            return PartneroErrors.NotFound;
        var wanted = new ManualReward(partner.Id, Unit.Of(call.Program.Currency), amount, key, note, at);
        return await call.OnceAsync(
            caller => grant.ExecuteAsync(call.Program, wanted, caller, ct),
            granted => granted.RewardId.ToString(CultureInfo.InvariantCulture),
            async reference =>
            {
                var reward = (await rewards.FindAsync(call.Program.Id, long.Parse(reference, CultureInfo.InvariantCulture), ct))!;
                return PartneroAnswer.Created(RewardView.Of(reward, "manual", null, partner.Who.Key), PartneroJson.Default.RewardView);
            });
    }

    private async Task<PartneroAnswer> SignInUrlAsync(PartneroCall call, CancellationToken ct)
    {
        var life = call.Input.Integer("expires_in", ShortestSignIn, LongestSignIn) ?? UsualSignIn;
        var handle = call.Input.Handle("partner") ?? NameOf(call.Input).Handle;
        if (handle is null)
            call.Input.Report(PartneroErrors.Missing("id"));
        if (call.Input.Refusal is { } refusal)
            return refusal;
        if (await partners.FindAsync(call.Program.Id, handle!, ct) is not { } partner)
            return PartneroErrors.NotFound;
        var outcome = await tokens.CreateAsync(call.Program, partner.Id, TimeSpan.FromSeconds(life), call.Caller, ct);
        if (!outcome.TryGet(out var token, out var problem))
            return PartneroErrors.From(problem);
        var url = $"{call.Origin}/portal/sign-in/{call.Program.PublicId}/{token.Text}";
        return PartneroAnswer.Created(new SignInUrlView(url, url, PartneroTime.Of(token.ExpiresAt)), PartneroJson.Default.SignInUrlView);
    }

    private async Task<PartneroAnswer> ShowAsync(PartneroCall call, long partnerId, int status, CancellationToken ct) =>
        await views.OneAsync(call, (await partners.FindAsync(call.Program.Id, partnerId, ct))!, withNumbers: false, ct, status);

    /// <summary>Which member of a body names the partner, and what it says.</summary>
    private static (string? Handle, string? Member) NameOf(InputObject input)
    {
        foreach (var member in (ReadOnlySpan<string>)["id", "key", "email"])
        {
            if (input.Text(member) is { } handle)
                return (handle, member);
        }
        return (input.Handle("partner"), null);
    }

    /// <summary>Null: the usual ones.</summary>
    private static IReadOnlyList<ReferrerState>? StatesOf(InputObject input)
    {
        if (input.Text("status") is not { } word)
            return null;
        var states = Enum.GetValues<ReferrerState>().Where(state => string.Equals(PartneroWords.Of(state), word, StringComparison.OrdinalIgnoreCase)).ToList();
        if (states.Count == 0)
            input.Report("status", "The status must be active, pending, archived, rejected or deleted.");
        return states;
    }
}

/// <param name="Url">The same as <paramref name="SignInUrl"/>: which name clients read is not published.</param>
internal sealed record SignInUrlView(string Url, string SignInUrl, PartneroTime ExpiresAt);
