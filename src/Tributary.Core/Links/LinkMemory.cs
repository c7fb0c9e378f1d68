using System.Security.Cryptography;

namespace Tributary.Links;

/// <summary>
/// A bounded table of links by programme and token. Keys are hashes, drawn anew with every process, so that they take little
/// room; the token itself is compared before anything is believed.
/// </summary>
internal sealed class LinkMemory
{
    /// <summary>One takes about a hundred bytes.</summary>
    public const int UsualMost = 1_200_000;

    private const int Shards = 64;

    private readonly Shard[] shards;
    private readonly ulong seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    public LinkMemory(int most = UsualMost) =>
        shards = [.. Enumerable.Range(0, Shards).Select(_ => new Shard(Math.Max(2, most / Shards)))];

    public int Count => shards.Sum(shard => shard.Count);

    /// <param name="scope">The programme; 0 for short codes of the whole server.</param>
    public KnownLink? Find(long scope, string token)
    {
        var key = KeyOf(scope, token);
        return ShardOf(key).Find(key) is { } found && found.Token == token ? found : null;
    }

    /// <summary>Notes that the database has just been asked for it.</summary>
    /// <param name="at">In seconds of the monotonic clock.</param>
    public void NoteCheck(long scope, string token, int at)
    {
        var key = KeyOf(scope, token);
        ShardOf(key).NoteCheck(key, at);
    }

    public void Keep(long scope, string token, KnownLink link)
    {
        var key = KeyOf(scope, token);
        ShardOf(key).Keep(key, link);
    }

    public void Drop(long scope, string token)
    {
        var key = KeyOf(scope, token);
        ShardOf(key).Drop(key);
    }

    private Shard ShardOf(Key key) => shards[key.Hash >> 58];

    private Key KeyOf(long scope, string token)
    {
        // FNV-1a, then mixed so that every bit counts.
        var hash = seed ^ unchecked((ulong)scope);
        foreach (var letter in token)
            hash = unchecked((hash ^ letter) * 0x100000001b3);
        hash = unchecked((hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15);
        hash = unchecked((hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9);
        return new Key(scope, hash ^ (hash >> 32));
    }

    private readonly record struct Key(long Scope, ulong Hash)
    {
        public override int GetHashCode() => unchecked((int)Hash);
    }

    private sealed class Shard(int most)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<Key, byte[]> links = [];

        public int Count
        {
            get
            {
                lock (gate)
                    return links.Count;
            }
        }

        public KnownLink? Find(Key key)
        {
            lock (gate)
            {
                if (!links.TryGetValue(key, out var found))
                    return null;
                PackedLink.SetUsed(found, true);
                return PackedLink.Unpack(found);
            }
        }

        public void Keep(Key key, KnownLink link)
        {
            lock (gate)
            {
                if (links.Count >= most && !links.ContainsKey(key))
                    Tidy();
                links[key] = PackedLink.Pack(link);
            }
        }

        public void NoteCheck(Key key, int at)
        {
            lock (gate)
            {
                if (links.TryGetValue(key, out var found))
                    PackedLink.SetCheckedAt(found, at);
            }
        }

        public void Drop(Key key)
        {
            lock (gate)
                links.Remove(key);
        }

        /// <summary>Drops what nobody asked for since the last time; where everything was asked for, every second one.</summary>
        private void Tidy()
        {
            var odd = false;
            var unused = links.Where(entry => !PackedLink.IsUsed(entry.Value)).Select(entry => entry.Key).ToList();
            if (unused.Count == 0)
                unused = [.. links.Keys.Where(_ => odd = !odd)];
            foreach (var key in unused)
                links.Remove(key);
            foreach (var link in links.Values)
                PackedLink.SetUsed(link, false);
        }
    }
}
