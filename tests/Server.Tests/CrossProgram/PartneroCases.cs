using static Tributary.Server.Tests.CrossProgram.ForStrangers;

namespace Tributary.Server.Tests.CrossProgram;

/// <summary>Requests of Partnero's dialect: at least one of every call.</summary>
internal static class PartneroCases
{
    public static readonly IReadOnlyList<RouteCase> All =
    [
        new("GET test", OwnThings, "test"),
        new("GET program", OwnThings, "program"),
        new("GET program/overview", OwnThings, "program/overview"),
        new("PUT program", OwnThings, "program", """{"name":"New"}"""),
        new("GET partners", OwnThings, "partners?status=active"),
        new("POST partners", OwnThings, "partners", """{"id":"new","email":"new@example.com","code":"NEWCODE"}"""),
        new("POST partners", UnknownReference, "partners", """{"id":"new","email":"new@example.com","referring_partner":{"key":"<code>"}}"""),
        new("GET partners:search", OwnThings, "partners:search?key=<code>"),
        new("POST partners:sign-in-url", Missing, "partners:sign-in-url", """{"key":"<code>"}"""),
        new("GET partner", Missing, "partner?key=<code>"),
        new("GET partners/{partner}", Missing, "partners/<code>"),
        new("PUT partners", Missing, "partners", """{"key":"<code>","name":"New"}"""),
        new("PUT partners/{partner}", Missing, "partners/<code>", """{"name":"New"}"""),
        new("DELETE partners", Missing, "partners", """{"partner":{"key":"<code>"}}"""),
        new("DELETE partners/{partner}", Missing, "partners/<code>"),
        new("POST partners/{partner}/archive", Missing, "partners/<code>/archive"),
        new("POST partners/{partner}/revoke-archive", Missing, "partners/<archived>/revoke-archive"),
        new("POST partners/{partner}/reward", Missing, "partners/<code>/reward", """{"amount":5}"""),
    ];
}
