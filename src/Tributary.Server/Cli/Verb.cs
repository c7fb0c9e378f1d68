using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Tributary.Server.Cli;

/// <summary>A command with one sentence for the list of commands and a longer text for its own help.</summary>
/// <param name="name">The word typed.</param>
/// <param name="sentence">What it does.</param>
/// <param name="lesson">When and how to use it, with examples.</param>
internal sealed class Verb(string name, string sentence, string lesson) : Command(name, sentence)
{
    public string Lesson { get; } = lesson;
}

/// <summary>The usual help, followed by a verb's lesson.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int result = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(verb.Lesson);
        }

        return result;
    }
}
