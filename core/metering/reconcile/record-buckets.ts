import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestKey } from './request-key.ts';
import type { RequestRecord } from './request-record.ts';

const buckets = 64;
const pendingLengthMax = 65_536;

/**
 * Records on disk, spread by request, so that all that is known of a request is in one of 64 buckets, and only one of them is in memory
 * at a time. A record takes 200 bytes or so: of the 512 MB that Lambda gives for files, a million billable requests take all.
 */
export class RecordBuckets {
  readonly #folder = mkdtempSync(join(tmpdir(), 'reconcile-'));
  readonly #pending = Array.from({ length: buckets }, () => '');

  add(record: RequestRecord): void {
    const bucket = createHash('sha256').update(requestKey(record)).digest().readUInt8() % buckets;
    const text = `${this.#pending[bucket] ?? ''}${JSON.stringify(record)}\n`;
    this.#pending[bucket] = text;
    if (text.length > pendingLengthMax) this.#flush(bucket);
  }

  /** Hands over each request with all that was added of it, once. */
  *requests(): Generator<readonly RequestRecord[], void> {
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      this.#flush(bucket);
      const path = this.#path(bucket);
      if (!existsSync(path)) continue;
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      yield* Map.groupBy(
        lines.map((line) => JSON.parse(line) as RequestRecord),
        requestKey,
      ).values();
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #flush(bucket: number): void {
    const text = this.#pending[bucket] ?? '';
    if (text === '') return;
    appendFileSync(this.#path(bucket), text, { mode: 0o600 });
    this.#pending[bucket] = '';
  }

  #path(bucket: number): string {
    return join(this.#folder, `${bucket}.ndjson`);
  }
}
