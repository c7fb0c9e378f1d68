using Tributary.Keys;
using Tributary.Primitives;
using Tributary.Programs;

namespace Tributary.Server.Demo;

/// <summary>The keys of the demo: those of its file as long as they work, else new ones in their place.</summary>
internal sealed class DemoKeys(ApiKeys keys, KeyDirectory directory, ReferralProgram program)
{
    private const string Name = "demo";

    /// <summary>The known token if it is still a key of the programme, else a new one; those it replaces are revoked.</summary>
    public async Task<string> EnsureAsync(ApiKeyKind kind, string? known, CancellationToken ct)
    {
        if (known is not null && await WorksAsync(kind, known, ct))
            return known;
        await RevokeLostAsync(kind, ct);
        var scopes = kind == ApiKeyKind.Secret ? KeyScopes.All : null;
        var minted = await keys.CreateAsync(program, new NewKey(kind, Name, scopes), KeyScopes.All, DemoProgram.Caller, ct);
        return minted.Value.Token;
    }

    public async Task<bool> WorksAsync(ApiKeyKind kind, string token, CancellationToken ct) => kind switch
    {
        ApiKeyKind.Secret or ApiKeyKind.Publishable => (await directory.FindAsync(token, ct))?.Program.Id == program.Id,
        ApiKeyKind.GameballApi => (await directory.FindGameballApiKeyAsync(token, ct))?.Program.Id == program.Id,
        ApiKeyKind.GameballSecret => await directory.FindGameballSecretAsync(program, token, ct) is not null,
    };

    private async Task RevokeLostAsync(ApiKeyKind kind, CancellationToken ct)
    {
        Cursor? after = null;
        do
        {
            var page = await keys.ListAsync(program, new PageRequest(Limits.PageSize, after), ct);
            foreach (var lost in page.Items.Where(key => key.Kind == kind && key.Name == Name && key.RevokedAt is null))
                await keys.RevokeAsync(program, lost.PublicId, DemoProgram.Caller, ct);
            after = page.Next;
        }
        while (after is not null);
    }
}
