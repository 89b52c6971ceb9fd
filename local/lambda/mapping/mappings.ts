import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMapping } from './event-source-mapping.ts';

/** As the endpoint waits for requests that are under way. */
const stopMs = 5_000;

/** The event source mappings of one account and region. */
export class Mappings {
  readonly #mappings: EventSourceMapping[] = [];

  add(mapping: EventSourceMapping): void {
    this.#mappings.push(mapping);
  }

  begin(): void {
    for (const mapping of this.#mappings) mapping.begin();
  }

  /** Takes no more batches, and waits up to five seconds for those under way. */
  async stop(): Promise<void> {
    const done = new AbortController();
    const late = sleep(stopMs, undefined, { signal: done.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#mappings.map((mapping) => mapping.stop())), late]);
    done.abort();
  }
}
