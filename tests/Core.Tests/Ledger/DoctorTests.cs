using Dapper;
using Tributary.Core.Tests.Rewards;
using Tributary.Ledger;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Ledger;

public sealed class DoctorTests(ClassDatabase shared) : IClassFixture<ClassDatabase>, IAsyncLifetime
{
    private readonly HandClock clock = new();
    private readonly TestDatabase database = shared.Database;
    private RewardBook book = null!;

    public async ValueTask InitializeAsync() => book = await RewardBook.OpenAsync(database, clock);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task PR3_a_lived_in_programme_is_healthy()
    {
        await LiveAsync();

        var report = await new Doctor(database.Database).RunAsync(book.Ledger.ProgramId, default);

        report.IsHealthy.ShouldBeTrue(report.ToString());
        report.Lines.ShouldAllBe(line => line.Verdict == DoctorVerdict.Holds);
        report.Lines.Single(line => line.Counted == "transfers").Examined.ShouldBeGreaterThan(10);
        report.Lines.Single(line => line.Counted == "fully refunded orders").Examined.ShouldBe(1);
        report.Lines.Where(line => line.Counted == "sealed rows").ShouldAllBe(line => line.Examined > 0);
    }

    [Theory]
    [InlineData("update entries set amount = amount + 1 where program_id = @p and transfer_id = @transfer and side = 'debit'", "transfer balances")]
    [InlineData("update transfers set debit = debit + 1, credit = credit + 1 where program_id = @p and transfer_id = @transfer", "transfer balances")]
    [InlineData("delete from entries where program_id = @p and transfer_id = @transfer", "transfer balances")]
    [InlineData("update entries set reward_id = 5 where program_id = @p and transfer_id = @transfer and side = 'debit'", "transfer balances")]
    [InlineData("update balances set earned = earned + 1, pending = pending + 1 where program_id = @p and recipient_id = 7", "equals the sum")]
    [InlineData("update balances set earned = earned + 1, reversed = reversed + 1 where program_id = @p and recipient_id = 7", "equals the sum")]
    [InlineData("delete from balances where program_id = @p and recipient_id = 7", "equals the sum")]
    [InlineData("insert into balances (program_id, recipient_id, unit, earned, held) values (@p, 99, 'EUR', 3, 3)", "equals the sum")]
    [InlineData("update rewards set posted = posted + 1, net = net + 1 where program_id = @p and reward_id = @pending", "stand where")]
    [InlineData("update rewards set state = 'held' where program_id = @p and reward_id = @pending", "stand where")]
    [InlineData("update rewards set remaining = remaining - 1 where program_id = @p and remaining > 0 and kind = 'points'", "stand where")]
    [InlineData("update rewards set net = net - 1 where program_id = @p and reward_id = @pending", "is worth")]
    [InlineData("delete from rewards where program_id = @p and state = 'held'", "is worth")]
    [InlineData("update orders set refunded = refunded - 1 where program_id = @p and order_key = 41", "refunds took")]
    [InlineData("update refunds set amount = amount + 1 where program_id = @p", "refunds took")]
    [InlineData("update refunds set state = 'reinstated' where program_id = @p", "refunds took")]
    [InlineData("""
        update orders set refunded = total where program_id = @p and order_key = 40;
        insert into refunds (program_id, refund_key, refund_id, order_id, order_key, kind, state, amount, occurred_at, received_at)
        select @p, 91, 'r91', order_id, order_key, 'refund', 'applied', total, now(), now() from orders where program_id = @p and order_key = 40
        """, "fully refunded")]
    [InlineData("update orders set state = 'cancelled' where program_id = @p and order_key = 40", "fully refunded")]
    [InlineData("drop index rewards_standing; drop index rewards_cause; update rewards set cause = 'same', campaign_id = 1, state = 'pending' where program_id = @p", "one cause")]
    [InlineData("drop index orders_living; update orders set order_id = 'same', generation = order_key where program_id = @p", "one order")]
    [InlineData("update transfers set actor = 'x' where program_id = @p and transfer_id = @transfer", "seals of transfers")]
    [InlineData("update audit_entries set reason = 'x' where program_id = @p", "seals of audit_entries")]
    public async Task PR3_what_was_broken_by_hand_is_found(string sql, string check)
    {
        var pending = await LiveAsync();
        await using var owner = await database.OpenAsOwnerAsync();
        var (p, transfer) = (book.Ledger.ProgramId, await owner.ExecuteScalarAsync<long>(
            "select min(transfer_id) from transfers where program_id = @p", new { p = book.Ledger.ProgramId }));
        await using var attempt = await owner.BeginTransactionAsync();
        await owner.ExecuteAsync("alter table rewards drop constraint rewards_program_id_campaign_id_fkey");
        await owner.ExecuteAsync(sql, new { p, transfer, pending });

        var report = await Doctor.CheckAsync(owner, p, default);

        report.Lines.Where(line => line.Verdict == DoctorVerdict.Broken)
            .ShouldContain(line => line.Check.Contains(check), report.ToString());
    }

    [Fact]
    public async Task MO_28_refunds_that_touch_no_rewards_are_no_fault()
    {
        await LiveAsync();
        await book.Ledger.ExecuteAsync("""
            update orders set refunded = total, rewards_kept = true where program_id = @program and order_key = 40;
            insert into refunds (program_id, refund_key, refund_id, order_id, order_key, kind, state, amount, occurred_at, received_at)
            select @program, 91, 'r91', order_id, order_key, 'refund', 'applied', total, now(), now()
            from orders where program_id = @program and order_key = 40
            """);

        (await new Doctor(database.Database).RunAsync(book.Ledger.ProgramId, default)).IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task MO_83_one_role_that_does_all_is_said_and_is_no_fault()
    {
        await using var asOwner = new Tributary.Storage.Database(database.Connections.Owner);
        var seen = new List<DoctorProgress>();

        var report = await new Doctor(asOwner).RunAsync(new Recorder(seen), default);
        var usual = await new Doctor(database.Database).RunAsync(null, default);

        report.Lines.Single(line => line.Check.Contains("role")).Verdict.ShouldBe(DoctorVerdict.Noted);
        usual.Lines.Single(line => line.Check.Contains("role")).Verdict.ShouldBe(DoctorVerdict.Holds);
        usual.Lines.Single(line => line.Check.Contains("keeps what")).Findings.ShouldContain(finding => finding.StartsWith("fsync = off"));
        usual.Lines.Single(line => line.Check.Contains("unique keys")).Verdict.ShouldBe(DoctorVerdict.Holds, usual.ToString());
        seen.ShouldNotBeEmpty();
        seen[^1].ProgramsDone.ShouldBe(seen[^1].Programs);
    }

    [Fact]
    public async Task PR2_a_missing_unique_key_is_broken()
    {
        await using var own = await shared.CopyAsync();
        await using var owner = await own.OpenAsOwnerAsync();
        await owner.ExecuteAsync("drop index rewards_standing");

        (await new Doctor(own.Database).RunAsync(null, default)).Lines.ShouldContain(line =>
            line.Verdict == DoctorVerdict.Broken && line.Findings.Contains("rewards_standing is missing or invalid"));
    }

    /// <summary>A programme in which most things have happened; the number of a reward that is still pending.</summary>
    private async Task<long> LiveAsync()
    {
        await book.Ledger.ExecuteAsync("""
            insert into customers (program_id, customer_id, created_at, updated_at) values (@program, 7, now(), now());
            insert into orders (program_id, order_key, order_id, customer_id, state, currency, total, base, remaining_base, refunded, content,
                                ordered_at, occurred_at, received_at, explanation)
            values (@program, 40, 'a', 7, 'paid', 'USD', 500, 500, 500, 0, '', now(), now(), now(), '{}'),
                   (@program, 41, 'b', 7, 'paid', 'USD', 500, 500, 0, 500, '', now(), now(), now(), '{}');
            insert into refunds (program_id, refund_key, refund_id, order_id, order_key, kind, state, amount, occurred_at, received_at)
            values (@program, 90, 'r', 'b', 41, 'refund', 'applied', 500, now(), now())
            """);
        var pending = await book.EarnAsync(500, orderKey: 40);
        await book.ReverseAsync(await book.EarnAsync(300, orderKey: 41));
        var held = await book.EarnApprovedAsync(200);
        await book.HoldAsync(held);
        await book.RejectAsync(held);
        await book.HoldAsync(await book.EarnAsync(100, "EUR", recipient: 8));
        var points = await book.EarnApprovedAsync(100, "points:points");
        await book.EarnApprovedAsync(100, "points:points");
        await book.RedeemAsync(150);
        await book.ReverseAsync(points);
        await new Sealing(database.Database, clock).RunAsync(book.Ledger.ProgramId, default);
        return pending;
    }

    private sealed class Recorder(List<DoctorProgress> seen) : IProgress<DoctorProgress>
    {
        public void Report(DoctorProgress value) => seen.Add(value);
    }
}
