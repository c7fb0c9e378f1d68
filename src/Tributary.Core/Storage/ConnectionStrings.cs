using Npgsql;

namespace Tributary.Storage;

/// <summary>Reads the two ways people write a PostgreSQL address: Npgsql's keywords and libpq's URI.</summary>
public static class ConnectionStrings
{
    /// <summary>Turns either form into Npgsql's. Throws <see cref="ArgumentException"/> on neither.</summary>
    public static string Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        bool isUri = text.StartsWith("postgres://", StringComparison.Ordinal)
            || text.StartsWith("postgresql://", StringComparison.Ordinal);
        return isUri ? FromUri(text) : new NpgsqlConnectionStringBuilder(text).ConnectionString;
    }

    private static string FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri))
        {
            throw new ArgumentException("The database address is not a valid postgres:// URI.", nameof(text));
        }

        var builder = new NpgsqlConnectionStringBuilder { Host = uri.Host.Length == 0 ? "localhost" : uri.Host };
        if (uri.Port > 0)
        {
            builder.Port = uri.Port;
        }

        string[] user = uri.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length == 2)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        string database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (database.Length > 0)
        {
            builder.Database = database;
        }

        AddQuery(builder, uri.Query);
        return builder.ConnectionString;
    }

    private static void AddQuery(NpgsqlConnectionStringBuilder builder, string query)
    {
        foreach (string pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string value = Uri.UnescapeDataString(parts.Length == 2 ? parts[1] : "");
            builder[Keyword(parts[0])] = parts[0] == "sslmode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
    }

    private static string Keyword(string libpqName) => libpqName switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "host" => "Host",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "options" => "Options",
        _ => throw new ArgumentException($"The database address has a parameter '{libpqName}' that is not understood."),
    };
}
