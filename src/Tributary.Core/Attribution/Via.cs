namespace Tributary.Attribution;

/// <summary>What decided, or could have decided.</summary>
public enum Via
{
    /// <summary>A person of the merchant named the referrer, with a reason.</summary>
    Manual,

    /// <summary>The customer's referrer from before.</summary>
    Existing,

    /// <summary>A coupon that is bound to a referrer.</summary>
    Coupon,

    /// <summary>A code, link address or id that the request named.</summary>
    Code,

    /// <summary>A recorded visit through a link.</summary>
    Click,
}

public static class ViaText
{
    /// <summary>The word by which it is stored and shown to programs.</summary>
    public static string Of(Via via) => via switch
    {
        Via.Manual => "manual",
        Via.Existing => "existing",
        Via.Coupon => "coupon",
        Via.Code => "code",
        Via.Click => "click",
    };

    public static bool TryParse(string? text, out Via via)
    {
        foreach (var candidate in Enum.GetValues<Via>())
        {
            via = candidate;
            if (Of(candidate) == text)
                return true;
        }
        via = default;
        return false;
    }
}
