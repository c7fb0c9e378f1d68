using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tributary.Primitives;
using Tributary.Programs;
using Tributary.Storage;

namespace Tributary.Referrers;

/// <param name="Text">Known only to whoever asked for it.</param>
public sealed record SignInToken(string Text, DateTimeOffset ExpiresAt);

/// <summary>Makes one-time tokens by which a merchant's own pages send a partner to the portal, signed in.</summary>
public sealed class SignInTokens(Transactions transactions)
{
    private const int Digits = 32;

    private const string InsertSql = """
        insert into sign_in_tokens (program_id, token_hash, referrer_id, created_at, expires_at) values ($1, $2, $3, $4, $5)
        """;

    public Task<Outcome<SignInToken>> CreateAsync(ReferralProgram program, long referrerId, TimeSpan life, Caller caller, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(program);
        return transactions.RunAsync<SignInToken>(
            program.Id,
            caller,
            async (tx, stop) =>
            {
                if (await ReferrerRow.FindAsync(tx.Connection, tx.ProgramId, referrerId, stop) is not { State: ReferrerState.Active })
                    return ReferrerRegister.NotFound;
                var token = new SignInToken(Base62.Random(Digits), tx.Now + life);
                var hash = SHA256.HashData(Encoding.ASCII.GetBytes(token.Text));
                tx.Writes.Add(
                    InsertSql, Param.Of(tx.ProgramId), Param.Of(hash), Param.Of(referrerId), Param.Of(tx.Now), Param.Of(token.ExpiresAt));
                tx.Audit("referrer.sign_in_url", ReferrerRegister.Subject(referrerId), null, new JsonObject { ["expiresAt"] = token.ExpiresAt.ToString("O") });
                return token;
            },
            ct);
    }
}
