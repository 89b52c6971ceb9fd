import type { Command } from 'commander';
import { formatTable, type Row } from './format-table.ts';

/** Prints a command's result: as JSON with `--json`, else as rows of a table, or as text when it is a string. */
export function print(command: Command, result: unknown, readable: () => string | readonly Row[]): void {
  if (command.optsWithGlobals<{ json?: boolean }>().json === true) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  const shown = readable();
  console.log(typeof shown === 'string' ? shown : formatTable(shown));
}
