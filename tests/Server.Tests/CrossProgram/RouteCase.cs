using System.Net;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>What a key of another programme gets that names this programme's things.</summary>
internal enum ForStrangers
{
    /// <summary>The thing does not exist for them.</summary>
    Missing,

    /// <summary>The call works and meets only what is theirs.</summary>
    OwnThings,

    /// <summary>A member names a thing that does not exist for them.</summary>
    UnknownReference,

    /// <summary>What is named comes to nothing among what is theirs.</summary>
    MismatchForStrangers,

    /// <summary>It is done among what is theirs, at once or when the rest of it comes; a key bound to a referrer may not.</summary>
    OwnThingsUnlessBound,
}

/// <summary>One well-formed request of one route.</summary>
/// <param name="Route">The method and the route's pattern as the server has them.</param>
/// <param name="Target">Path and query; <c>&lt;word&gt;</c> is a thing of the programme that is named, <c>&lt;own.word&gt;</c> the caller's.</param>
internal sealed record RouteCase(string Route, ForStrangers Strangers, string Target, string? Body = null)
{
    public string Method => Route[..Route.IndexOf(' ', StringComparison.Ordinal)];

    /// <summary>Whether something is done although it is only asked for, as one dialect has it.</summary>
    public bool ChangesByGet { get; init; }

    public bool Changes => ChangesByGet || Method != "GET";

    public override string ToString() => $"{Method} {Target} {Body}".TrimEnd();

    public bool Suits(HttpStatusCode status) => Strangers switch
    {
        ForStrangers.Missing => status == HttpStatusCode.NotFound,
        ForStrangers.OwnThings => status is HttpStatusCode.OK or HttpStatusCode.Created,
        ForStrangers.UnknownReference =>
            status is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest,
        ForStrangers.MismatchForStrangers => status == HttpStatusCode.Conflict,
        ForStrangers.OwnThingsUnlessBound =>
            status is HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.Forbidden or HttpStatusCode.NotFound,
        _ => throw new InvalidOperationException(),
    };
}
