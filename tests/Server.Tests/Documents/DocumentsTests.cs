using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tributary.Programs;
using Tributary.Server.Api.DeBridge;
using Tributary.Server.Api.Gameball;
using Tributary.Server.Api.Partnero;
using Tributary.Server.Tests.Support;
using Tributary.Server.Web.Reference;
using Tributary.Storage;
using Tributary.Tests.Support;

namespace Tributary.Server.Tests.Documents;

/// <summary>What the documents list is what there is.</summary>
public sealed partial class DocumentsTests(PostgresFixture postgres)
{
    [Fact]
    public void Every_link_between_documents_leads_to_a_file_and_a_heading()
    {
        foreach (var document in Repository.Documents)
        {
            foreach (Match link in Link().Matches(Repository.Read(document)))
            {
                var (path, anchor) = (link.Groups["path"].Value, link.Groups["anchor"].Value);
                var target = path.Length == 0 ? document : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(document)!, path));
                File.Exists(Path.Combine(Repository.Root, target)).ShouldBeTrue($"{document} → {path}");
                if (anchor.Length > 0)
                    Headings(Repository.Read(target)).ShouldContain(anchor, $"{document} → {path}#{anchor}");
            }
        }
    }

    [Fact]
    public void Every_setting_of_a_programme_is_in_the_table_with_its_default()
    {
        var defaults = Leaves("", SettingsPatch.Whole(new ProgramSettings())).ToDictionary(leaf => leaf.Path, leaf => leaf.Value);
        var table = Rows("docs/guide/settings.md").Where(row => row[0].Contains('.', StringComparison.Ordinal) || row[0] == "timeZone")
            .ToDictionary(row => row[0], row => row[1] == "empty" ? "" : row[1]);
        table.OrderBy(row => row.Key, StringComparer.Ordinal).ShouldBe(defaults.OrderBy(row => row.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_variable_that_the_server_reads_is_in_the_table()
    {
        var documented = Variable().Matches(Repository.Read("docs/guide/settings.md")).Select(match => match.Value).ToFrozenSet();
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories);
        var read = sources.SelectMany(path => Variable().Matches(File.ReadAllText(path))).Select(match => match.Value).Distinct();
        read.Except(documented).ShouldBeEmpty();
    }

    [Fact]
    public void Every_type_of_event_is_in_the_guide()
    {
        var documented = new HashSet<string>();
        foreach (var line in Repository.Read("docs/guide/webhooks.md").Split("## Events")[1].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)))
        {
            var kind = "";
            foreach (Match name in EventName().Matches(line))
            {
                var text = name.Groups[1].Value;
                kind = text.StartsWith('.') ? kind : text[..text.IndexOf('.', StringComparison.Ordinal)];
                documented.Add(text.StartsWith('.') ? kind + text : text);
            }
        }
        EventType.All.Except(documented).ShouldBeEmpty();
        documented.Except(EventType.All).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_call_of_the_native_API_is_in_its_table()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(
                method => $"{method} {Constraint().Replace(endpoint.RoutePattern.RawText!["/api/v1".Length..], "}")}"));
        Calls("docs/api/native.md").ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_call_of_the_Gameball_dialect_is_in_its_table()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var routes = server.Services.GetRequiredService<GameballRouter>().Routes.Select(route => $"{route.Method} {route.Pattern}");
        Calls("docs/api/gameball.md").ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_call_of_the_Partnero_dialect_is_in_its_table()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var routes = server.Services.GetRequiredService<PartneroRouter>().Routes.Select(route => $"{route.Method} {route.Pattern}");
        Calls("docs/api/partnero.md").ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public async Task Every_call_of_the_deBridge_dialect_is_in_its_table()
    {
        await using var server = await TestServer.StartAsync(postgres);
        var routes = server.Services.GetRequiredService<DeBridgeRouter>().Routes.Select(route => $"{route.Method} {route.Path}");
        Calls("docs/api/debridge.md").ShouldBe(routes, ignoreOrder: true);
    }

    [Fact]
    public void Every_code_of_the_Gameball_dialect_is_in_its_table() =>
        Rows("docs/api/gameball.md").Where(row => row.Count == 3 && int.TryParse(row[0], out _)).Select(row => string.Join('|', row))
            .ShouldBe(GameballCodes.All.Select(code => $"{code.Code}|{code.Statuses}|{code.Meaning}"));

    [Fact]
    public void Every_code_of_the_Partnero_dialect_is_in_its_table_and_on_its_page()
    {
        var table = Rows("docs/api/partnero.md").Where(row => row.Count == 2 && Statuses().IsMatch(row[0])).SelectMany(row => row[1].Split(", ")).Select(code => code.Trim('`'));
        table.ShouldBe(PartneroCodes.All.Select(code => code.Code), ignoreOrder: true);
    }

    [Fact]
    public void Every_package_is_in_the_list_of_dependencies()
    {
        var packages = Package().Matches(Repository.Read("Directory.Packages.props")).Select(match => match.Groups[1].Value);
        var list = Repository.Read("docs/decisions/dependencies.md");
        packages.Where(package => !list.Contains(package, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_test_that_a_document_names_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        foreach (var test in Repository.Documents.SelectMany(document => Test().Matches(Repository.Read(document))))
        {
            var (type, method) = (test.Groups["type"].Value, test.Groups["method"].Value);
            sources[type].Any(text => method.Length == 0 || text.Contains($" {method}(", StringComparison.Ordinal)).ShouldBeTrue($"{type}.{method}");
        }
    }

    /// <summary>The cells of every table of a document, code marks taken off.</summary>
    private static IEnumerable<IReadOnlyList<string>> Rows(string document) => Repository.Read(document).Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
        .Select(line => (IReadOnlyList<string>)[.. line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim().Trim('`'))]);

    private static IEnumerable<string> Calls(string document) =>
        Rows(document).Select(row => row[0]).Where(cell => Call().IsMatch(cell));

    private static IEnumerable<string> Headings(string text) => Heading().Matches(text)
        .Select(match => Punctuation().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<(string Path, string Value)> Leaves(string path, System.Text.Json.Nodes.JsonNode? node) =>
        node is System.Text.Json.Nodes.JsonObject members
            ? members.SelectMany(member => Leaves(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value))
            : [(path, node is System.Text.Json.Nodes.JsonArray { Count: > 0 } list ? string.Join(", ", list) : node?.ToString() ?? "null")];

    [GeneratedRegex(@"\]\((?<path>(?!https?:)[^)#\s]*)(#(?<anchor>[^)]+))?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex Punctuation();

    [GeneratedRegex("TRIBUTARY_[A-Z_]+[A-Z]")]
    private static partial Regex Variable();

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"`(?<type>[A-Z]\w+Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture)]
    private static partial Regex Test();

    [GeneratedRegex("^[0-9]{3}(, [0-9]{3})*$")]
    private static partial Regex Statuses();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE) ")]
    private static partial Regex Call();

    [GeneratedRegex("`([a-z_]*\\.[a-z_]+)`")]
    private static partial Regex EventName();

    [GeneratedRegex("PackageVersion Include=\"([^\"]+)\"")]
    private static partial Regex Package();
}
