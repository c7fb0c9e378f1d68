using System.Runtime.ExceptionServices;

namespace Tributary.Storage;

/// <summary>Work that jobs do programme by programme: one whose data stops it does not hold up those after it.</summary>
internal static class PerProgram
{
    /// <summary>Does the work for each. What went wrong first is thrown at the end, so that the job's log tells it.</summary>
    /// <param name="all">Programmes, or what belongs to them.</param>
    public static async Task RunAsync<T>(IEnumerable<T> all, Func<T, Task> work)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var each in all)
        {
            try
            {
                await work(each);
            }
            catch (Exception fault) when (fault is not OperationCanceledException && !DatabaseFault.IsOutage(fault))
            {
                first ??= ExceptionDispatchInfo.Capture(fault);
            }
        }
        first?.Throw();
    }
}
