import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { UsageRecord } from './usage-record.ts';

/** A record that counts, as a line of the file has it. */
export interface MeteredRecord {
  readonly meteringRecordId: string;
  readonly account: string;
  readonly license: string;
  readonly dimension: string;
  /** `2026-11-22T01`, UTC. */
  readonly hour: string;
  readonly quantity: number;
  readonly allocations?: UsageRecord['UsageAllocations'];
  /** RFC 3339. */
  readonly recordedAt: string;
}

type Place = Pick<MeteredRecord, 'account' | 'license' | 'dimension' | 'hour'>;

const keyOf = ({ account, license, dimension, hour }: Place): string =>
  JSON.stringify([account, license, dimension, hour]);

/** What was recorded, in a file that people and tests can read, since the Marketplace has no call for it: a line of JSON for each record. */
export class RecordLog {
  readonly #file: number;
  readonly #byKey = new Map<string, MeteredRecord>();

  constructor(dataDir: string) {
    const folder = join(dataDir, 'marketplace');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, 'records.ndjson');
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // What follows the last newline was being written when the process died, and was never answered.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    for (const line of whole.split('\n').slice(0, -1)) this.#keep(JSON.parse(line) as MeteredRecord);
    this.#file = openSync(path, 'a', 0o600);
    ftruncateSync(this.#file, Buffer.byteLength(whole));
  }

  find(place: Place): MeteredRecord | undefined {
    return this.#byKey.get(keyOf(place));
  }

  /** On the disk when it returns. */
  add(records: readonly MeteredRecord[]): void {
    if (records.length === 0) return;
    writeSync(this.#file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
    fsyncSync(this.#file);
    for (const record of records) this.#keep(record);
  }

  close(): void {
    closeSync(this.#file);
  }

  #keep(record: MeteredRecord): void {
    this.#byKey.set(keyOf(record), record);
  }
}
