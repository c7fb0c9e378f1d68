using Tributary.Server.Cli;

return await CommandLine.RunAsync(args);
