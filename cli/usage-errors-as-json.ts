import type { Command } from 'commander';
import { reportError } from './report-error.ts';

/**
 * Makes a command and those below it report a wrong call (an unknown command or option, a missing argument) as one line of JSON, like
 * every other error under `--json`, instead of text and a hint.
 */
export function usageErrorsAsJson(command: Command): void {
  command.configureOutput({ writeErr: () => undefined, outputError: () => undefined });
  // Commander ends the process with the error's code when this returns.
  command.exitOverride(({ exitCode, code, message }) => {
    if (exitCode === 0) return;
    const text = code === 'commander.help' ? 'name a command; "maas --help" lists them' : message;
    reportError(new Error(text.replace(/^error: /, '')), true);
  });
  for (const each of command.commands) usageErrorsAsJson(each);
}
