using System.Text.Json.Serialization.Metadata;
using Tributary.Attribution;

namespace Tributary.Server.Api.Gameball;

/// <summary>What a call answers: a success is always 200 with an object.</summary>
internal abstract record GameballAnswer
{
    /// <summary>What became of the code that the call carried; null where it carried none.</summary>
    public ClaimOutcome? Referral { get; init; }

    public static GameballAnswer Of<T>(T value, JsonTypeInfo<T> type)
        where T : class => new GameballSuccess(value, type);

    public static implicit operator GameballAnswer(GameballError error) => new GameballRefusal(error);
}

internal sealed record GameballSuccess(object Value, JsonTypeInfo Type) : GameballAnswer;

internal sealed record GameballRefusal(GameballError Error) : GameballAnswer;
