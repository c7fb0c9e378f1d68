namespace Tributary.Bench.Report;

/// <summary><c>docs/performance.md</c>, in which each scenario keeps its part between two markers.</summary>
internal static class PerformancePage
{
    public static async Task WriteAsync(string scenario, string text)
    {
        string path = Path.Combine(RepositoryRoot(), "docs", "performance.md");
        string begin = $"<!-- {scenario}: written by the benchmark -->\n";
        string end = $"<!-- {scenario}: end -->";
        string page = await File.ReadAllTextAsync(path);
        int from = page.IndexOf(begin, StringComparison.Ordinal);
        int to = page.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
            throw new InvalidOperationException($"{path} has no markers for {scenario}.");
        await File.WriteAllTextAsync(path, page[..(from + begin.Length)] + text.Trim() + "\n" + page[to..]);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Tributary.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("Run this from a checkout.");
    }
}
