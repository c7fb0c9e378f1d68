using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Server.Api.V1;

/// <summary>Exchange rates by which orders in other currencies are rewarded.</summary>
internal static class ExchangeRatesApi
{
    public static void MapExchangeRates(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/exchange-rates", ListAsync).ForSecrets(KeyScopes.Read)
            .Describe("listExchangeRates", "Rates, newest first; filter by the two units");
        routes.MapPost("/exchange-rates", AddAsync).ForSecrets(KeyScopes.Manage)
            .Describe("addExchangeRate", "Add a rate; rates are never changed", StatusCodes.Status201Created);
    }

    private static async Task<Answer<ListAnswer<ExchangeRateAnswer>>> ListAsync(
        Call call, Paging page, string? from, string? to, ExchangeRates rates, CancellationToken ct)
    {
        foreach (var (name, text) in ((string, string?)[])[("from", from), ("to", to)])
            if (text is not null && !Unit.TryParse(text, out _))
                return new Problem(ProblemCode.InvalidValue, "Not a unit such as USD.", name);
        var found = await rates.ListAsync(call.Program.Id, from, to, page.Request, ct);
        return ListAnswer<ExchangeRateAnswer>.Of(found, ExchangeRateAnswer.Of);
    }

    private static Task<Answer<ExchangeRateAnswer>> AddAsync(
        Call call, Body<ExchangeRateBody> body, ExchangeRates rates, CancellationToken ct)
    {
        var wanted = body.Value;
        var rate = new NewExchangeRate(wanted.From, wanted.To, wanted.Rate, wanted.Scale, wanted.Source, wanted.ValidAt);
        return call.RunAsync(
            caller => rates.AddAsync(call.Program, rate, caller, ct), ExchangeRateAnswer.Of, StatusCodes.Status201Created, body: body.Bytes);
    }
}

/// <summary>One of <paramref name="From"/> is <paramref name="Rate"/> / 10^<paramref name="Scale"/> of <paramref name="To"/>, in major units.</summary>
internal sealed record ExchangeRateAnswer(
    long Id, string From, string To, long Rate, int Scale, string Source, DateTimeOffset ValidAt, DateTimeOffset CreatedAt)
{
    public static ExchangeRateAnswer Of(RecordedRate rate) => new(
        rate.RateId, rate.From, rate.To, rate.Rate, rate.Scale, rate.Source, rate.ValidAt, rate.CreatedAt);
}

internal sealed record ExchangeRateBody
{
    public required string From { get; init; }
    public required string To { get; init; }

    /// <summary>The rate times 10^scale, a whole number: 1.0834 is rate 10834, scale 4.</summary>
    public required long Rate { get; init; }
    public required int Scale { get; init; }

    /// <summary>Who says so.</summary>
    public string? Source { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? ValidAt { get; init; }
}
