using FsCheck.Fluent;
using Shouldly;
using Tributary.Primitives;
using Xunit;

namespace Tributary.Core.Tests.Primitives;

public sealed class PageTests
{
    [Fact]
    public void A_cursor_reads_back_the_same() =>
        ForAll.Of(Amounts.Any.Two(), c =>
        {
            var cursor = new Cursor(c.Item1, c.Item2);
            return Cursor.TryParse(cursor.ToString(), out var read) && read == cursor;
        });

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("!!!!")]
    [InlineData("MTI")]
    [InlineData("MS5h")]
    [InlineData("MTIzNDU2Nzg5MDEyMzQ1Njc4OTAuMQ")]
    public void Other_text_is_no_cursor(string? text) => Cursor.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void The_row_too_many_only_says_that_there_is_more()
    {
        var page = new PageRequest(2).Cut([5L, 6L, 7L], id => new Cursor(id, id));
        page.Items.ShouldBe([5L, 6L]);
        page.Next.ShouldBe(new Cursor(6, 6));
        new PageRequest(3).Cut([5L, 6L, 7L], id => new Cursor(id, id)).HasMore.ShouldBeFalse();
    }

    [Fact]
    public void An_outcome_is_a_value_or_a_problem()
    {
        Outcome<int> good = 3;
        Outcome<int> bad = new Problem(ProblemCode.NotFound, "nothing there");
        good.Match(n => n + 1, _ => 0).ShouldBe(4);
        bad.Match(_ => "", p => p.Detail).ShouldBe("nothing there");
        bad.TryGet(out _, out var problem).ShouldBeFalse();
        problem!.Code.ShouldBe(ProblemCode.NotFound);
        good.Then(n => (Outcome<string>)$"{n}").Value.ShouldBe("3");
        bad.Map(n => n + 1).Problem.Code.ShouldBe(ProblemCode.NotFound);
        Should.Throw<InvalidOperationException>(() => bad.Value);
        Should.Throw<InvalidOperationException>(() => default(Outcome<int>).Problem);
    }
}
