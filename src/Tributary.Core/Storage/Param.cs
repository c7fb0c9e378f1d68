using System.Numerics;
using System.Text.Json.Nodes;
using Npgsql;
using NpgsqlTypes;

namespace Tributary.Storage;

/// <summary>Typed positional parameters: their type is known even when the value is null, and nothing is boxed.</summary>
public static class Param
{
    public static NpgsqlParameter Of(long value) => new NpgsqlParameter<long> { TypedValue = value };

    public static NpgsqlParameter Of(int value) => new NpgsqlParameter<int> { TypedValue = value };

    public static NpgsqlParameter Of(bool value) => new NpgsqlParameter<bool> { TypedValue = value };

    public static NpgsqlParameter Of(long? value) => Nullable(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(int? value) => Nullable(value, NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(string? value) => Nullable(value, NpgsqlDbType.Text);

    public static NpgsqlParameter Of(byte[]? value) => Nullable(value, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(DateOnly? value) => Nullable(value, NpgsqlDbType.Date);

    public static NpgsqlParameter Of(DateTimeOffset value) =>
        new NpgsqlParameter<DateTime> { TypedValue = value.UtcDateTime, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    public static NpgsqlParameter Of(DateTimeOffset? value) => Nullable(value?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Of(Guid? value) => Nullable(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(BigInteger? value) => Nullable(value, NpgsqlDbType.Numeric);

    /// <summary>The number of a transaction.</summary>
    public static NpgsqlParameter Of(ulong value) => new NpgsqlParameter<ulong> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Xid8 };

    public static NpgsqlParameter Json(string? value) => Nullable(value, NpgsqlDbType.Jsonb);

    public static NpgsqlParameter Json(JsonNode? value) => Json(value?.ToJsonString());

    public static NpgsqlParameter Of(IReadOnlyCollection<long> values) => Array(values, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(IReadOnlyCollection<long?> values) => Array(values, NpgsqlDbType.Bigint);

    public static NpgsqlParameter Of(IReadOnlyCollection<DateOnly> values) => Array(values, NpgsqlDbType.Date);

    public static NpgsqlParameter Of(IReadOnlyCollection<DateOnly?> values) => Array(values, NpgsqlDbType.Date);

    public static NpgsqlParameter Of(IReadOnlyCollection<Guid?> values) => Array(values, NpgsqlDbType.Uuid);

    public static NpgsqlParameter Of(IReadOnlyCollection<int> values) => Array(values, NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(IReadOnlyCollection<int?> values) => Array(values, NpgsqlDbType.Integer);

    public static NpgsqlParameter Of(IReadOnlyCollection<bool> values) => Array(values, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Of(IReadOnlyCollection<string?> values) => Array(values, NpgsqlDbType.Text);

    public static NpgsqlParameter Of(byte[][] values) => Array(values, NpgsqlDbType.Bytea);

    public static NpgsqlParameter Of(IReadOnlyCollection<BigInteger> values) => Array(values, NpgsqlDbType.Numeric);

    public static NpgsqlParameter Of(IReadOnlyCollection<BigInteger?> values) => Array(values, NpgsqlDbType.Numeric);

    public static NpgsqlParameter Of(IReadOnlyCollection<DateTimeOffset> values) =>
        Array([.. values.Select(at => at.UtcDateTime)], NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Json(IReadOnlyCollection<string?> values) => Array(values, NpgsqlDbType.Jsonb);

    private static NpgsqlParameter Nullable(object? value, NpgsqlDbType type) =>
        new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };

    private static NpgsqlParameter<T[]> Array<T>(IReadOnlyCollection<T> values, NpgsqlDbType type) =>
        new() { TypedValue = [.. values], NpgsqlDbType = type | NpgsqlDbType.Array };
}
