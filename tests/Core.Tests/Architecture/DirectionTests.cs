using Tributary.Storage;

namespace Tributary.Core.Tests.Architecture;

/// <summary>Which folder may know of which: each only of those in the rows above its own, and of its neighbours in the row.</summary>
public sealed class DirectionTests
{
    private static readonly string[][] Rows =
    [
        ["Primitives"],
        ["Chains"],
        ["Storage"],
        ["Accounts", "Batches", "Programs", "Keys", "Features", "Ledger", "Webhooks", "Fraud"],
        ["Referrers", "Customers", "Campaigns", "Links"],
        ["Clicks"],
        ["Attribution"],
        ["Rewards"],
        ["Signups"],
        ["Orders"],
        ["ChainOrders", "Payouts", "Prospects"],
        ["Reporting"],
    ];

    private static readonly Type[] Types = [.. typeof(Database).Assembly.GetTypes().Where(type => Folder(type) is not null)];

    [Fact]
    public void Every_folder_has_a_place() =>
        Types.Select(type => Folder(type)!).Distinct().Except(Rows.SelectMany(row => row)).ShouldBeEmpty();

    [Fact]
    public void A_folder_knows_only_of_those_above_it()
    {
        var known =
            from type in Types
            from named in Instructions.TypesNamedBy(type)
            let above = Folder(named)
            where above is not null && RowOf(above) > RowOf(Folder(type)!)
            select $"{Outermost(type).FullName} knows of {Outermost(named).FullName}";
        known.Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void The_core_does_not_know_the_web() =>
        typeof(Database).Assembly.GetReferencedAssemblies().Select(name => name.Name)
            .ShouldNotContain(name => name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    private static int RowOf(string folder) => Array.FindIndex(Rows, row => row.Contains(folder));

    private static string? Folder(Type type) =>
        type.Assembly == typeof(Database).Assembly && type.Namespace is { } name && name.StartsWith("Tributary.", StringComparison.Ordinal)
            ? name.Split('.')[1]
            : null;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
