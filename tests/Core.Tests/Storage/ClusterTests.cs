using Tributary.Storage;
using Tributary.Storage.Cluster;

namespace Tributary.Core.Tests.Storage;

public sealed class ClusterTests
{
    private const long Gigabyte = 1024L * 1024 * 1024;

    private static readonly PostgresBinaries Fourteen = new("/usr/lib/postgresql/14/bin", 14);
    private static readonly PostgresBinaries Fifteen = new("/usr/lib/postgresql/15/bin", 15);
    private static readonly PostgresBinaries Seventeen = new("/opt/17/bin", 17);

    [Fact]
    public void The_newest_installation_makes_a_new_cluster()
        => PostgresBinaries.Choose([Fifteen, Seventeen, Fourteen], null, null).ShouldBe(Seventeen);

    [Fact]
    public void An_existing_cluster_keeps_its_version()
        => PostgresBinaries.Choose([Seventeen, Fifteen], null, 15).ShouldBe(Fifteen);

    [Fact]
    public void Missing_programs_are_refused_saying_what_to_install()
        => Refusal([], null).ShouldContain("apt-get install postgresql");

    [Fact]
    public void Too_old_programs_are_refused()
        => Refusal([Fourteen], null).ShouldContain("too old");

    [Fact]
    public void A_cluster_of_a_version_that_is_not_installed_is_refused()
    {
        string refusal = Refusal([Fifteen, Seventeen], 16);
        refusal.ShouldContain("made by PostgreSQL 16");
        refusal.ShouldContain("15, 17");
        refusal.ShouldContain("postgresql-16");
    }

    [Fact]
    public async Task A_named_folder_without_the_programs_is_refused_by_its_name()
    {
        LocalPostgresException refusal = await Should.ThrowAsync<LocalPostgresException>(
            () => PostgresBinaries.FindAsync("/no/such/folder", null, default));
        refusal.Message.ShouldContain("/no/such/folder");
        refusal.Message.ShouldContain("TRIBUTARY_POSTGRES_BIN");
    }

    [Theory]
    [InlineData(1, "256MB")]
    [InlineData(2, "512MB")]
    [InlineData(64, "1024MB")]
    public void Memory_is_sized_to_the_machine(long gigabytes, string sharedBuffers)
        => ClusterConfiguration.Text("/s", gigabytes * Gigabyte, new Dictionary<string, string>())
            .ShouldContain($"shared_buffers = '{sharedBuffers}'");

    [Fact]
    public void A_parameter_given_wins_and_is_quoted()
        => ClusterConfiguration.Text("/s", Gigabyte, new Dictionary<string, string> { ["port"] = "1'2" })
            .ShouldContain("port = '1''2'");

    [Fact]
    public void A_socket_address_longer_than_the_kernel_takes_is_noticed()
    {
        SocketPlace.Fits("/" + new string('a', 88)).ShouldBeTrue();
        SocketPlace.Fits("/" + new string('a', 89)).ShouldBeFalse();
        SocketPlace.Fits("/a,b").ShouldBeFalse();
    }

    [Theory]
    [InlineData("postgres://ann:p%40ss@db.example:6543/shop?sslmode=verify-full", "Host=db.example;Port=6543;Username=ann;Password=p@ss;Database=shop;SSL Mode=VerifyFull")]
    [InlineData("postgresql://db/shop", "Host=db;Database=shop")]
    [InlineData("Server=db;User Id=ann", "Host=db;Username=ann")]
    public void Both_forms_of_a_database_address_are_read(string given, string expected)
        => new Npgsql.NpgsqlConnectionStringBuilder(ConnectionStrings.Parse(given))
            .EquivalentTo(new Npgsql.NpgsqlConnectionStringBuilder(expected)).ShouldBeTrue(ConnectionStrings.Parse(given));

    [Theory]
    [InlineData("postgres://db/shop?colour=red")]
    [InlineData("colour=red")]
    public void An_address_with_an_unknown_parameter_is_refused(string address)
        => Should.Throw<ArgumentException>(() => ConnectionStrings.Parse(address)).Message.ShouldContain("colour");

    private static string Refusal(PostgresBinaries[] found, int? clusterVersion)
        => Should.Throw<LocalPostgresException>(() => PostgresBinaries.Choose(found, null, clusterVersion)).Message;
}
