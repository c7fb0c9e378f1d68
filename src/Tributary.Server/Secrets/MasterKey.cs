using System.Security.Cryptography;

namespace Tributary.Server.Secrets;

/// <summary>
/// The key above all others: it encrypts the key ring, which lies in the database, and is itself never in the database.
/// It comes from <c>TRIBUTARY_MASTER_KEY</c> (the same on every node), or else from a file in the data folder that the
/// first use makes. Whoever loses it must enter the secrets that were sealed under it again.
/// </summary>
internal sealed class MasterKey(ServerOptions options)
{
    public const string Variable = "TRIBUTARY_MASTER_KEY";

    private const int KeyBytes = 32;
    private const string FileName = "master.key";

    private readonly Lazy<byte[]> key = new(() => Read(options));

    /// <summary>Throws <see cref="ArgumentException"/> when what is given is no key.</summary>
    public byte[] Value => key.Value;

    private static byte[] Read(ServerOptions options)
    {
        if (options.MasterKey is { } given)
            return Decode(given, Variable);
        var path = Path.Combine(options.DataFolder, FileName);
        if (!File.Exists(path))
            Create(path);
        return Decode(File.ReadAllText(path), path);
    }

    /// <summary>Written aside and moved into place without overwriting: of two processes one wins and both read the same.</summary>
    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var aside = $"{path}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(aside, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes))));
            file.Flush(flushToDisk: true);
        }
        try
        {
            File.Move(aside, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(aside);
        }
    }

    private static byte[] Decode(string text, string source)
    {
        var bytes = new byte[KeyBytes];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var length) && length == KeyBytes
            ? bytes
            : throw new ArgumentException($"{source} does not hold a key: 32 random bytes in base 64, as 'openssl rand -base64 32' prints.");
    }
}
