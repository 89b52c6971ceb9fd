import type { Catalog, ModelSummary } from './catalog.ts';
import type { ModelVersion } from './model-version.ts';

interface Kept {
  readonly answer: Promise<unknown>;
  readonly until: number;
}

/** Answers kept at once. Callers choose the names that are looked up, so the memory must have an end. */
const keptMax = 256;

/**
 * A catalogue that remembers answers for a few seconds: within that time a promotion or a roll-back is seen everywhere. Simultaneous
 * questions are asked once; failures are not remembered.
 */
export class CachedCatalog implements Catalog {
  readonly #catalog: Catalog;
  readonly #ageMsMax: number;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();

  /** @param nowMs a clock that never goes back, in milliseconds */
  constructor(catalog: Catalog, ageMsMax: number, nowMs: () => number) {
    this.#catalog = catalog;
    this.#ageMsMax = ageMsMax;
    this.#nowMs = nowMs;
  }

  list(): Promise<readonly ModelSummary[]> {
    return this.#remember('list', () => this.#catalog.list());
  }

  find(model: string, version?: string): Promise<ModelVersion | undefined> {
    return this.#remember(`find/${model}/${version ?? ''}`, () => this.#catalog.find(model, version));
  }

  versions(model: string): Promise<readonly ModelVersion[]> {
    return this.#remember(`versions/${model}`, () => this.#catalog.versions(model));
  }

  #remember<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#nowMs() < kept.until) return kept.answer as Promise<T>;
    const answer = ask();
    // Deleted first, so that the map stays in the order of age and its first entry is the one to give up.
    this.#kept.delete(key);
    this.#kept.set(key, { answer, until: this.#nowMs() + this.#ageMsMax });
    if (this.#kept.size > keptMax) {
      for (const oldest of this.#kept.keys()) {
        this.#kept.delete(oldest);
        break;
      }
    }
    answer.catch(() => {
      if (this.#kept.get(key)?.answer === answer) this.#kept.delete(key);
    });
    return answer;
  }
}
