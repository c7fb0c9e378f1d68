using Dapper;
using Shouldly;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Referrers;
using Tributary.Storage;
using Tributary.Core.Tests.Keys;
using Tributary.Tests.Support;
using Xunit;

namespace Tributary.Core.Tests.Referrers;

public sealed class ReferrerRegisterTests(PostgresFixture postgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly HandClock clock = new();
    private TestDatabase database = null!;
    private ReferralProgram program = null!;
    private ReferrerRegister referrers = null!;
    private ReferrerCodes codes = null!;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        await using var node = new KeyNode(database.Database, clock, new TestSealer());
        program = (await node.CreateProgramAsync()).Program;
        var transactions = new Transactions(database.Database, clock);
        referrers = new ReferrerRegister(database.Database, transactions);
        codes = new ReferrerCodes(database.Database, transactions);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Every_change_of_state_is_allowed_or_refused_as_the_table_says()
    {
        (ReferrerState From, ReferrerState To)[] allowed =
        [
            (ReferrerState.Pending, ReferrerState.Active), (ReferrerState.Pending, ReferrerState.Archived),
            (ReferrerState.Active, ReferrerState.Suspended), (ReferrerState.Active, ReferrerState.Archived),
            (ReferrerState.Suspended, ReferrerState.Active), (ReferrerState.Suspended, ReferrerState.Archived),
            (ReferrerState.Unclaimed, ReferrerState.Archived), (ReferrerState.Archived, ReferrerState.Active),
            (ReferrerState.Pending, ReferrerState.Rejected), (ReferrerState.Rejected, ReferrerState.Active),
            .. Enum.GetValues<ReferrerState>().Where(each => each != ReferrerState.Deleted).Select(each => (each, ReferrerState.Deleted)),
        ];
        foreach (var from in Enum.GetValues<ReferrerState>())
            foreach (var to in Enum.GetValues<ReferrerState>().Where(to => to != from))
            {
                var referrer = await CreateAsync();
                await SetStateAsync(referrer.Id, from);
                var moved = await referrers.MoveAsync(program, referrer.Id, to, null, KeyNode.Operator, None);
                moved.Succeeded.ShouldBe(allowed.Contains((from, to)), $"{from} to {to}");
                if (!moved.Succeeded)
                    moved.Problem.Code.ShouldBe(ProblemCode.IllegalTransition);
            }
    }

    [Fact]
    public async Task A_generated_code_looks_like_no_other()
    {
        // The prefix makes generated codes that fold to what somebody has chosen.
        var tight = program with { Settings = program.Settings with { Codes = program.Settings.Codes with { Prefix = "O" } } };
        var first = await CreateAsync();
        for (var n = 0; n < 20; n++)
        {
            var made = (await codes.AddAsync(tight, new NewCode(first.Id), KeyNode.Operator, None)).Value;
            made.Code[0].ShouldBe('O');
        }
        await using var connection = await database.Database.OpenAsync(None);
        (await connection.ExecuteScalarAsync<long>("select count(*) - count(distinct folded) from codes")).ShouldBe(0);
    }

    [Fact]
    public async Task A_code_is_never_used_again_in_any_letter_case()
    {
        var ann = await CreateAsync();
        var bob = await CreateAsync();
        (await codes.AddAsync(program, new NewCode(ann.Id, "Ann-10"), KeyNode.Operator, None)).Succeeded.ShouldBeTrue();
        (await codes.RetireAsync(program, "ann-10", KeyNode.Operator, None)).Value.Retired.ShouldBeTrue();
        var again = await codes.AddAsync(program, new NewCode(bob.Id, "ANN-10"), KeyNode.Operator, None);
        again.Problem.Code.ShouldBe(ProblemCode.AlreadyExists);
        (await codes.FindAsync(program.Id, "aNN-10", None))!.ReferrerId.ShouldBe(ann.Id);
    }

    [Fact]
    public async Task D21_simultaneous_claims_of_one_code_have_one_winner()
    {
        var everybody = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync()));
        var outcomes = await Task.WhenAll(everybody.Select((referrer, n) =>
            codes.AddAsync(program, new NewCode(referrer.Id, n % 2 == 0 ? "Prize" : "PRIZE"), KeyNode.Operator, None)));
        outcomes.Count(outcome => outcome.Succeeded).ShouldBe(1);
        outcomes.Where(outcome => !outcome.Succeeded).ShouldAllBe(outcome => outcome.Problem.Code == ProblemCode.AlreadyExists);
    }

    [Fact]
    public async Task A_code_expires_and_may_be_given_more_time()
    {
        var ann = await CreateAsync();
        var code = (await codes.AddAsync(program, new NewCode(ann.Id, "SOON", clock.GetUtcNow().AddDays(1)), KeyNode.Operator, None)).Value;
        code.IsUsable(clock.GetUtcNow()).ShouldBeTrue();
        code.IsUsable(clock.GetUtcNow().AddDays(1)).ShouldBeFalse();
        var longer = (await codes.ExpireAsync(program, "soon", null, KeyNode.Operator, None)).Value;
        longer.IsUsable(clock.GetUtcNow().AddYears(9)).ShouldBeTrue();
    }

    private async Task<Referrer> CreateAsync() =>
        (await referrers.CreateAsync(program, new NewReferrer(ReferrerKind.Partner), KeyNode.Operator, None)).Value;

    private async Task SetStateAsync(long referrerId, ReferrerState state)
    {
        await using var connection = await database.Database.OpenAsync(None);
        await connection.ExecuteAsync(
            "update referrers set state = @state where referrer_id = @referrerId", new { state = state.Text(), referrerId });
    }
}
