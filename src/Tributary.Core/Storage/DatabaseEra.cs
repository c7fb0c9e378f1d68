namespace Tributary.Storage;

/// <summary>Which database this is, down to its files: numbers of transactions mean nothing in another one, such as a restored dump.</summary>
internal static class DatabaseEra
{
    public const string Sql = """
        select (select system_identifier from pg_control_system())::text || '/' || d.oid::text
        from pg_database d
        where d.datname = current_database()
        """;
}
