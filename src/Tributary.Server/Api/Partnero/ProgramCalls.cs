using Tributary.Programs;
using Tributary.Referrers;

namespace Tributary.Server.Api.Partnero;

/// <summary>Calls about the programme itself.</summary>
internal static class ProgramCalls
{
    public static IReadOnlyList<PartneroRoute> Routes =>
    [
        new("GET", "test", (call, _) => Task.FromResult(Test(call)))
        {
            Summary = "Which programme the key belongs to",
            Data = PartneroJson.Default.TestView,
        },
    ];

    private static PartneroAnswer Test(PartneroCall call)
    {
        var program = call.Program;
        var shown = new TestedProgram(program.PublicId, program.PublicId, program.Name, PartneroWords.Of(program.Settings.Partnero.Type));
        return PartneroAnswer.One(new TestView(shown), PartneroJson.Default.TestView);
    }
}

internal sealed record TestView(TestedProgram Program);

/// <param name="Type"><c>affiliate</c> or <c>refer_a_friend</c>.</param>
internal sealed record TestedProgram(string PubId, string PublicId, string Name, string Type);

/// <summary>Words of this dialect for what Core names otherwise.</summary>
internal static class PartneroWords
{
    public static string Of(PartneroType type) => type switch
    {
        PartneroType.Affiliate => "affiliate",
        PartneroType.ReferAFriend => "refer_a_friend",
    };

    /// <summary>A partner's status. One that was stopped for a while is put away, as far as this dialect knows.</summary>
    public static string Of(ReferrerState state) => state switch
    {
        ReferrerState.Pending => "pending",
        ReferrerState.Active => "active",
        ReferrerState.Suspended or ReferrerState.Archived or ReferrerState.Unclaimed => "archived",
        ReferrerState.Rejected => "rejected",
        ReferrerState.Deleted => "deleted",
    };
}
