namespace Tributary.Server.Api.Gameball.Wire;

/// <summary>The first thing wrong with a request; what is found later does not replace it.</summary>
internal sealed class WireFault
{
    public GameballError? First { get; private set; }

    public void Report(GameballError error) => First ??= error;
}
