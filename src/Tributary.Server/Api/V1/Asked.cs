using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Tributary.Primitives;
using Tributary.Reporting.Analytics;

namespace Tributary.Server.Api.V1;

/// <summary>What a call of analytics asks for, strictly read from the query: a misspelt parameter must not silently ask for something else.</summary>
internal sealed class Asked : IInput, IEndpointParameterMetadataProvider
{
    private static readonly string[] Names = ["from", "to", "interval", "groupBy", "limit", "referrerId"];

    private Asked()
    {
    }

    public DateOnly? From { get; private set; }

    public DateOnly? To { get; private set; }

    public Interval Interval { get; private set; } = Interval.Day;

    public Grouping? GroupBy { get; private set; }

    public int Limit { get; private set; } = AnalyticsQuestion.MostGroups;

    public long? ReferrerId { get; private set; }

    public Problem? Problem { get; private set; }

    public static ValueTask<Asked> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var asked = new Asked();
        foreach (var (name, values) in context.Request.Query)
        {
            // The dialects' spelling is read too.
            asked.Problem ??= values.Count == 1
                ? asked.Read(name == "group_by" ? "groupBy" : name, values[0]!)
                : new Problem(ProblemCode.InvalidValue, "This stands there twice.", name);
        }
        return ValueTask.FromResult(asked);
    }

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Metadata.Add(new AskedMetadata());
    }

    /// <summary>The parameters in the description of the API.</summary>
    public static void Describe(OpenApiOperation operation, bool ofLink)
    {
        Add("from", "The first day, of the programme's time zone; thirty days before the end where it is left out.", JsonSchemaType.String, "date");
        Add("to", "The day after the last one; tomorrow where it is left out.", JsonSchemaType.String, "date");
        Add("interval", "hour, day, week (from Monday) or month.", JsonSchemaType.String);
        Add("groupBy", $"One of {AnalyticsWords.Groupings}.", JsonSchemaType.String);
        Add("limit", $"How many groups are told apart, 1 to {AnalyticsQuestion.MostGroups}; the rest is one.", JsonSchemaType.Integer);
        if (!ofLink)
            Add("referrerId", "Only what is this referrer's.", JsonSchemaType.Integer);

        void Add(string name, string description, JsonSchemaType type, string? format = null) => (operation.Parameters ??= []).Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Query,
            Description = description,
            Schema = new OpenApiSchema { Type = type, Format = format },
        });
    }

    private Problem? Read(string name, string text) => name switch
    {
        "from" => ReadDay(name, text, day => From = day),
        "to" => ReadDay(name, text, day => To = day),
        "interval" => AnalyticsWords.TryRead(text, out Interval interval) ? Keep(() => Interval = interval) : Refuse(name, "An interval is hour, day, week or month."),
        "groupBy" => AnalyticsWords.TryRead(text, out Grouping by) ? Keep(() => GroupBy = by) : Refuse(name, $"Groups are made by {AnalyticsWords.Groupings}."),
        "limit" => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Keep(() => Limit = limit) : Refuse(name, "A limit is a number."),
        "referrerId" => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Keep(() => ReferrerId = id) : Refuse(name, "Not a referrer's number."),
        _ => Refuse(name, $"There is no such parameter; there are {string.Join(", ", Names)}."),
    };

    private static Problem? ReadDay(string name, string text, Action<DateOnly> keep) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Keep(() => keep(day))
            : Refuse(name, "A day is written 2026-11-20; it is one of the programme's time zone.");

    private static Problem? Keep(Action keep)
    {
        keep();
        return null;
    }

    private static Problem Refuse(string name, string detail) => new(ProblemCode.InvalidValue, detail, name);
}

/// <summary>Marks calls that take the parameters of analytics.</summary>
internal sealed record AskedMetadata;
