namespace Tributary.Clicks;

/// <summary>The words for forms and sources of visitors, in the rows and in reports.</summary>
public static class ClickWords
{
    public static string Of(ClickForm form) => form switch
    {
        ClickForm.Query => "query",
        ClickForm.Path => "path",
        ClickForm.Subdomain => "subdomain",
        ClickForm.Short => "short",
        ClickForm.Direct => "direct",
    };

    public static string Of(VisitorSource source) => source switch
    {
        VisitorSource.None => "none",
        VisitorSource.Brought => "brought",
        VisitorSource.Given => "given",
        VisitorSource.Derived => "derived",
    };
}
