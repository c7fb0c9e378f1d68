using System.Runtime.ExceptionServices;

namespace Tributary.Storage;

/// <summary>Work that jobs do programme by programme: one whose data stops it does not hold up those after it.</summary>
internal static class PerProgram
{
    /// <summary>Does the work for each. What went wrong first is thrown at the end, so that the job's log tells it.</summary>
    public static async Task RunAsync(IEnumerable<long> programs, Func<long, Task> work)
    {
        ExceptionDispatchInfo? first = null;
        foreach (var programId in programs)
        {
            try
            {
                await work(programId);
            }
            catch (Exception fault) when (fault is not OperationCanceledException && !DatabaseFault.IsOutage(fault))
            {
                first ??= ExceptionDispatchInfo.Capture(fault);
            }
        }
        first?.Throw();
    }
}
