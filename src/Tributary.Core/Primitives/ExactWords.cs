using System.Text.Json.Serialization;

namespace Tributary.Primitives;

/// <summary>An enum in JSON by the words of its members alone: a number, which would accept anything, is refused.</summary>
public sealed class ExactWords<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;
