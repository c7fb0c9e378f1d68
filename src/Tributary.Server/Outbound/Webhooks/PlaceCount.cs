using System.Runtime.InteropServices;

namespace Tributary.Server.Outbound.Webhooks;

/// <summary>
/// How many send at once: those that work, and apart from them those that do not or take long. No programme has more than half
/// of either, so that its endpoints keep nobody else's waiting.
/// </summary>
internal sealed class PlaceCount
{
    private const int Places = 128;
    private const int PlacesApart = 32;

    /// <summary>Those that turn out to hang while they have a place make room before they end.</summary>
    private const int Most = 512;

    private readonly Dictionary<(bool IsApart, long ProgramId), int> ofPrograms = [];
    private int working;
    private int apart;

    public PlaceCount(IEnumerable<Turn> turns)
    {
        foreach (var turn in turns)
            Take(turn.TakesPlaceApart, turn.Due.ProgramId);
    }

    /// <returns>False: there is no room.</returns>
    public bool TryTake(bool isApart, long programId)
    {
        var (taken, most) = isApart ? (apart, PlacesApart) : (working, Places);
        if (taken >= most || working + apart >= Most || ofPrograms.GetValueOrDefault((isApart, programId)) >= most / 2)
            return false;
        Take(isApart, programId);
        return true;
    }

    private void Take(bool isApart, long programId)
    {
        if (isApart)
            apart++;
        else
            working++;
        CollectionsMarshal.GetValueRefOrAddDefault(ofPrograms, (isApart, programId), out _)++;
    }
}
