namespace Tributary.Clicks;

/// <summary>The words for sources of visitors, in the rows and in reports.</summary>
public static class ClickWords
{
    public static string Of(VisitorSource source) => source switch
    {
        VisitorSource.None => "none",
        VisitorSource.Brought => "brought",
        VisitorSource.Given => "given",
        VisitorSource.Derived => "derived",
    };
}
