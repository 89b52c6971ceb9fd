import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkFolder } from '../../storage/work-folder.ts';
import { requestKey } from './request-key.ts';
import type { RequestRecord } from './request-record.ts';

const buckets = 64;
const pendingLengthMax = 65_536;

/**
 * Records on disk, spread by request, so that all that is known of a request is in one of 64 buckets, and only one of them is in memory
 * at a time. A record takes 200 bytes or so, and a billable request has three.
 */
export class RecordBuckets {
  readonly #folder = new WorkFolder('reconcile');
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
    this.#folder.remove();
  }

  #flush(bucket: number): void {
    const text = this.#pending[bucket] ?? '';
    if (text === '') return;
    appendFileSync(this.#path(bucket), text, { mode: 0o600 });
    this.#pending[bucket] = '';
  }

  #path(bucket: number): string {
    return join(this.#folder.path, `${bucket}.ndjson`);
  }
}
