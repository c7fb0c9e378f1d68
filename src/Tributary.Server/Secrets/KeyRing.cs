using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Tributary.Storage;

namespace Tributary.Server.Secrets;

/// <summary>
/// The framework's key ring in the table <c>protection_keys</c>, so that all nodes share it. Its interface is
/// synchronous, and so are these reads; they happen once in a day or so.
/// </summary>
internal sealed class KeyRing(Database database) : IXmlRepository
{
    private const string ReadSql = "select document from protection_keys order by key_id";

    private const string WriteSql = """
        insert into protection_keys (name, document) values (@name, @document) on conflict (name) do nothing
        """;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.Source.OpenConnection();
        return [.. connection.Query<string>(ReadSql).Select(XElement.Parse)];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(element);
        using var connection = database.Source.OpenConnection();
        connection.Execute(WriteSql, new { name = friendlyName, document = element.ToString(SaveOptions.DisableFormatting) });
    }
}
