using Tributary.Clicks;
using Tributary.Clicks.Spool;
using Tributary.Tests.Support;

namespace Tributary.Core.Tests.Clicks;

public sealed class ClickSpoolTests : IDisposable
{
    private readonly string folder = TestFolders.Create("tributary-spool-");

    public void Dispose() => TestFolders.Delete(folder);

    [Fact]
    public void CL61_what_was_appended_is_read_again_after_a_crash()
    {
        Click[] clicks = [.. Enumerable.Range(0, 100).Select(Click)];
        using (var spool = new ClickSpool(folder, 1 << 20, 1 << 30))
        {
            spool.Append(clicks[..40]);
            spool.Append(clicks[40..]);
        }
        using var again = new ClickSpool(folder, 1 << 20, 1 << 30);
        ReadAll(again).ShouldBe(clicks);
    }

    [Fact]
    public void CL61_checksums_are_those_of_the_standard() =>
        ClickRecord.Checksum("123456789"u8).ShouldBe(0xE3069283);

    [Fact]
    public void CL61_a_torn_tail_ends_the_segment_wherever_it_is_torn()
    {
        Click[] clicks = [.. Enumerable.Range(0, 5).Select(Click)];
        using (var spool = new ClickSpool(folder, 1 << 20, 1 << 30))
            spool.Append(clicks);
        var segment = Directory.EnumerateFiles(folder, "*.clicks", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(segment);
        for (var length = bytes.Length; length >= 0; length -= 3)
        {
            File.WriteAllBytes(segment, bytes[..length]);
            var read = ClickSpool.Read(segment);
            read.ShouldBe(clicks[..read.Count]);
            read.Count.ShouldBeInRange((length * 5 / bytes.Length) - 1, (length * 5 / bytes.Length) + 1);
        }
    }

    [Fact]
    public void CL61_a_changed_byte_ends_the_segment_before_it()
    {
        Click[] clicks = [.. Enumerable.Range(0, 3).Select(Click)];
        using (var spool = new ClickSpool(folder, 1 << 20, 1 << 30))
            spool.Append(clicks);
        var segment = Directory.EnumerateFiles(folder, "*.clicks", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(segment);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var changed = (byte[])bytes.Clone();
            changed[at] ^= 0x40;
            File.WriteAllBytes(segment, changed);
            var read = ClickSpool.Read(segment);
            read.ShouldBe(clicks[..read.Count]);
            read.Count.ShouldBeLessThan(3);
        }
    }

    [Fact]
    public void CL61_segments_are_cut_and_removed_when_they_were_shipped()
    {
        using var spool = new ClickSpool(folder, 4_096, 1 << 30);
        for (var n = 0; n < 100; n++)
            spool.Append([Click(n)]);
        var segments = spool.TakeSegments();
        segments.Count.ShouldBeGreaterThan(3);
        foreach (var segment in segments)
            spool.Remove(segment);
        spool.IsEmpty.ShouldBeTrue();
        spool.Append([Click(1)]);
        spool.TakeSegments().Count.ShouldBe(1);
    }

    [Fact]
    public void CL61_a_full_spool_takes_no_more_until_something_was_shipped()
    {
        using var spool = new ClickSpool(folder, 4_096, 10_000);
        var taken = 0;
        Should.Throw<IOException>(() =>
        {
            for (; taken < 1_000; taken++)
                spool.Append([Click(taken)]);
        });
        taken.ShouldBeInRange(10, 200);
        spool.IsFull.ShouldBeTrue();
        spool.Remove(spool.TakeSegments()[0]);
        spool.IsFull.ShouldBeFalse();
        spool.Append([Click(taken)]);
    }

    /// <summary>What a power cut may leave of a segment: all that was synced, and of the rest any part.</summary>
    [Fact]
    public void R6_every_image_after_a_power_cut_opens_and_holds_what_was_acknowledged()
    {
        Click[] acknowledged = [.. Enumerable.Range(0, 4).Select(Click)];
        Click[] doubtful = [.. Enumerable.Range(4, 3).Select(Click)];
        var next = Click(9);
        var (bytes, synced) = Record(acknowledged, doubtful);
        var images = Cuts(bytes, synced).Concat(Holes(bytes, synced, sector: 64)).Concat(Flipped(bytes, synced)).ToList();
        images.Count.ShouldBeGreaterThan(3 * (bytes.Length - synced) / 2);
        foreach (var image in images)
        {
            var place = Path.Combine(folder, "image");
            Directory.CreateDirectory(Path.Combine(place, "0"));
            File.WriteAllBytes(Path.Combine(place, "0", "0000000000000001.clicks"), image);
            using (var spool = new ClickSpool(place, 1 << 20, 1 << 30))
            {
                spool.Append([next]);
                var read = ReadAll(spool);
                var old = read[..^1];
                read[^1].ShouldBe(next);
                old[..4].ShouldBe(acknowledged);
                old[4..].ShouldBe(doubtful[..(old.Count - 4)]);
            }
            Directory.Delete(place, recursive: true);
        }
    }

    [Fact]
    public void Nodes_of_one_data_folder_do_not_share_segments_and_inherit_them()
    {
        Click[] ofOne = [Click(1)];
        Click[] ofTwo = [Click(2), Click(3)];
        using (var one = new ClickSpool(folder, 1 << 20, 1 << 30))
        using (var two = new ClickSpool(folder, 1 << 20, 1 << 30))
        {
            one.Append(ofOne);
            two.Append(ofTwo);
            ReadAll(one).ShouldBe(ofOne);
            ReadAll(two).ShouldBe(ofTwo);
        }
        using var next = new ClickSpool(folder, 1 << 20, 1 << 30);
        ReadAll(next).ShouldBe([.. ofOne, .. ofTwo], ignoreOrder: true);
    }

    /// <summary>One segment, and how much of it was synced before the doubtful clicks were written.</summary>
    private (byte[] Bytes, int Synced) Record(Click[] acknowledged, Click[] doubtful)
    {
        using var spool = new ClickSpool(folder, 1 << 20, 1 << 30);
        spool.Append(acknowledged);
        var synced = (int)spool.Size;
        spool.Append(doubtful);
        var bytes = File.ReadAllBytes(spool.TakeSegments().ShouldHaveSingleItem());
        bytes.Length.ShouldBeGreaterThan(synced);
        return (bytes, synced);
    }

    /// <summary>The file ends anywhere behind the last sync.</summary>
    private static IEnumerable<byte[]> Cuts(byte[] bytes, int synced) =>
        Enumerable.Range(synced, bytes.Length - synced + 1).Select(length => bytes[..length]);

    /// <summary>Its length is known but some of its sectors were not written.</summary>
    private static IEnumerable<byte[]> Holes(byte[] bytes, int synced, int sector)
    {
        var sectors = (bytes.Length - synced + sector - 1) / sector;
        for (var missing = 1; missing < 1 << Math.Min(sectors, 10); missing++)
        {
            var image = (byte[])bytes.Clone();
            for (var n = 0; n < sectors; n++)
            {
                if ((missing >> n & 1) != 0)
                    image.AsSpan(synced + (n * sector), Math.Min(sector, bytes.Length - synced - (n * sector))).Clear();
            }
            yield return image;
        }
    }

    /// <summary>A sector was written half.</summary>
    private static IEnumerable<byte[]> Flipped(byte[] bytes, int synced) =>
        from at in Enumerable.Range(synced, bytes.Length - synced)
        select (byte[])[.. bytes[..at], (byte)(bytes[at] ^ 0xFF), .. bytes[(at + 1)..]];

    private static List<Click> ReadAll(ClickSpool spool) => [.. spool.TakeSegments().SelectMany(ClickSpool.Read)];

    private static Click Click(int n)
    {
        var values = new string?[10];
        values[n % 10] = $"value {n} ü";
        return new Click
        {
            Id = ClickId.New(ClickStand.Noon.AddSeconds(n)),
            ProgramId = n,
            LinkId = 2 * n,
            ReferrerId = 3,
            CountedIn = CountedIn.Of(ClickStand.Noon, TimeZoneInfo.Utc),
            DuplicateSeconds = n,
            Verdict = (Verdict)(n % 19),
            Token = n % 2 == 0 ? null : "token",
            VisitorId = n % 3 == 0 ? null : ClickStand.NewVisitor(),
            VisitorKey = n % 3 == 1 ? null : ClickStand.NewVisitor(),
            VisitorFrom = (VisitorSource)(n % 4),
            AgentId = n % 5 == 0 ? null : n,
            Agent = new string('a', n),
            Flags = (ClickFlags)n,
            Parameters = n % 4 == 0 ? CampaignParameters.None : new CampaignParameters { Values = values },
            PagePath = "/päth",
        };
    }
}
