import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { CliError } from './cli-error.ts';
import type { ControlClient } from './control-client.ts';

interface ExportPage {
  readonly records: readonly unknown[];
  readonly next?: string;
}

/**
 * Writes all pages of an export to a new file that only its owner may read, one JSON a line; says on stderr how far it is.
 *
 * @returns how many records there are
 * @throws CliError when the file is there already or cannot be written
 */
export async function exportTenant(client: ControlClient, path: string, file: string): Promise<number> {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (cause) {
    throw new CliError(`cannot make ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  try {
    let count = 0;
    let after: string | undefined;
    do {
      const page: ExportPage = await client.call('GET', path, { query: after === undefined ? {} : { after } });
      for (const record of page.records) writeSync(descriptor, `${JSON.stringify(record)}\n`);
      count += page.records.length;
      after = page.next;
      if (after !== undefined) console.error(`${count} records so far`);
    } while (after !== undefined);
    return count;
  } catch (error) {
    // Half an export looks like a whole one.
    rmSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}
