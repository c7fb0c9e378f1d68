namespace Tributary.Storage;

/// <summary>How to reach one database in its two roles.</summary>
/// <param name="Server">Connection string of the role that serves requests; it may append to the ledger, never change it.</param>
/// <param name="Owner">Connection string of the role that owns the schema and migrates it.</param>
public sealed record PostgresConnections(string Server, string Owner)
{
    /// <summary>One role for both, as with a database of the operator's own.</summary>
    public static PostgresConnections Single(string connectionString)
    {
        string parsed = ConnectionStrings.Parse(connectionString);
        return new(parsed, parsed);
    }
}
