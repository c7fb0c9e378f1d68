namespace Tributary.Server.Api.DeBridge;

/// <summary>What a call answers: a body, or a <see cref="DeBridgeError"/>.</summary>
internal abstract record DeBridgeAnswer;

/// <summary>JSON of our own making; never with a top-level <c>error</c>, <c>errorCode</c> or <c>errorId</c>.</summary>
internal sealed record DeBridgeBody(byte[] Bytes) : DeBridgeAnswer;

/// <summary>Headers alone.</summary>
internal sealed record DeBridgeNothing : DeBridgeAnswer
{
    public static DeBridgeNothing Instance { get; } = new();
}

/// <summary>An upstream's answer as it came; an error of its own too.</summary>
internal sealed record DeBridgeRelay(int Status, string? ContentType, string? RetryAfter, byte[] Body) : DeBridgeAnswer
{
    public bool IsSuccess => Status is >= 200 and < 300;
}
