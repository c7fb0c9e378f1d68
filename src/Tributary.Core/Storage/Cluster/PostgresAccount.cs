using System.Globalization;

namespace Tributary.Storage.Cluster;

/// <summary>
/// The account PostgreSQL runs under. It refuses to run as root, so a server that is root runs it under another;
/// any other server runs it under its own.
/// </summary>
internal sealed record PostgresAccount
{
    private static readonly string[] SetPrivilegePrograms = ["/usr/bin/setpriv", "/bin/setpriv", "/usr/sbin/setpriv"];

    private readonly uint? _userId;
    private readonly uint? _groupId;

    private PostgresAccount(uint? userId, uint? groupId) => (_userId, _groupId) = (userId, groupId);

    /// <summary>The server's own account.</summary>
    public static PostgresAccount Own { get; } = new(null, null);

    public bool IsAnother => _userId is not null;

    /// <summary>The account for a cluster: as root the one that owns it already, else the one of that name.</summary>
    public static async Task<PostgresAccount> ChooseAsync(string? existingCluster, string name, CancellationToken ct)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Own;
        }

        if (existingCluster is not null && await OwnerAsync(existingCluster, ct) is { } owner && owner._userId != 0)
        {
            return owner;
        }

        uint? user = await IdAsync("-u", name, ct);
        uint? group = await IdAsync("-g", name, ct);
        return user is > 0 && group is not null
            ? new PostgresAccount(user, group)
            : throw new LocalPostgresException(
                $"PostgreSQL does not run as root, and there is no account '{name}' to run it under. Installing PostgreSQL from the distribution makes that account (Debian: apt-get install postgresql); another one can be named in TRIBUTARY_POSTGRES_ACCOUNT; or start Tributary as an ordinary user.");
    }

    /// <summary>Runs a command as this account.</summary>
    public Task<ChildProcess.Result> RunAsync(IReadOnlyList<string> command, CancellationToken ct)
        => ChildProcess.RunAsync([.. Prefix(), .. command], ct);

    /// <summary>Makes a folder that only this account may enter. It must not exist yet.</summary>
    public async Task CreateFolderAsync(string path, CancellationToken ct)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await TakeAsync(path, ct);
    }

    /// <summary>Gives a path of the server's to this account.</summary>
    public async Task TakeAsync(string path, CancellationToken ct)
    {
        if (!IsAnother)
        {
            return;
        }

        string owner = string.Create(CultureInfo.InvariantCulture, $"{_userId}:{_groupId}");
        ChildProcess.Result result = await ChildProcess.RunAsync(["chown", "-h", owner, path], ct);
        if (!result.Succeeded)
        {
            throw new LocalPostgresException($"Could not give {path} to PostgreSQL's account: {result.Output.Trim()}");
        }
    }

    /// <summary>True when this account can write in a folder, which it cannot below a folder closed to it.</summary>
    public async Task<bool> CanWriteAsync(string folder, CancellationToken ct)
        => !IsAnother || (await RunAsync(["test", "-w", folder], ct)).Succeeded;

    private string[] Prefix()
    {
        if (!IsAnother)
        {
            return [];
        }

        string program = SetPrivilegePrograms.FirstOrDefault(File.Exists)
            ?? throw new LocalPostgresException(
                "To run PostgreSQL under another account, root needs the program setpriv (Debian: apt-get install util-linux). Or start Tributary as an ordinary user.");
        return
        [
            program,
            string.Create(CultureInfo.InvariantCulture, $"--reuid={_userId}"),
            string.Create(CultureInfo.InvariantCulture, $"--regid={_groupId}"),
            "--clear-groups",
        ];
    }

    private static async Task<uint?> IdAsync(string option, string name, CancellationToken ct)
    {
        ChildProcess.Result result = await ChildProcess.RunAsync(["id", option, "--", name], ct);
        return result.Succeeded && uint.TryParse(result.Output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint id)
            ? id
            : null;
    }

    private static async Task<PostgresAccount?> OwnerAsync(string folder, CancellationToken ct)
    {
        // The one portable way to ask for an owner by number: "drwx------ 19 101 104 4096 …".
        ChildProcess.Result result = await ChildProcess.RunAsync(["ls", "-ldn", folder], ct);
        string[] fields = result.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return result.Succeeded && fields.Length > 3
            && uint.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
            && uint.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out uint group)
                ? new PostgresAccount(user, group)
                : null;
    }
}
