using Microsoft.AspNetCore.Identity;

namespace Tributary.Server.Api.Partnero;

/// <summary>Passwords for the portal that a merchant hands over with a partner: hashed at once, never kept or shown.</summary>
internal static class PartnerPasswords
{
    public const string Rule = "The password needs at least 8 characters, with lower case, upper case and a digit.";

    private const int Shortest = 8;

    private static readonly PasswordHasher<object> Hasher = new();

    public static bool Suffices(string password) =>
        password.Length >= Shortest && password.Any(char.IsLower) && password.Any(char.IsUpper) && password.Any(char.IsDigit);

    public static string Hash(string password) => Hasher.HashPassword(Hasher, password);
}
