import type { InferenceSession } from 'onnxruntime-node';

interface Entry {
  readonly session: Promise<InferenceSession>;
  readonly sizeBytes: number;
  users: number;
  evicted: boolean;
}

/**
 * Loaded models by key, the least recently used leaving first once their artifacts pass `bytesMax` together. A model that alone is
 * larger still stays until another is wanted. Simultaneous first uses load once; a failed load is forgotten, so the next use tries anew.
 */
export class SessionCache {
  readonly #bytesMax: number;
  // In order of use, the least recent first.
  readonly #entries = new Map<string, Entry>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Runs `use` with the session of `key`, loading it if need be. It is not released before `use` has ended. */
  async with<T>(
    key: string,
    sizeBytes: number,
    load: () => Promise<InferenceSession>,
    use: (session: InferenceSession) => Promise<T>,
  ): Promise<T> {
    const entry = this.#entries.get(key) ?? { session: load(), sizeBytes, users: 0, evicted: false };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.users++;
    try {
      const session = await entry.session.catch((error: unknown) => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
        throw error;
      });
      await this.#evict(entry);
      return await use(session);
    } finally {
      entry.users--;
      if (entry.evicted && entry.users === 0) await release(entry);
    }
  }

  async #evict(keep: Entry): Promise<void> {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.sizeBytes;
    for (const [key, entry] of this.#entries) {
      if (bytes <= this.#bytesMax) return;
      if (entry === keep) continue;
      bytes -= entry.sizeBytes;
      this.#entries.delete(key);
      entry.evicted = true;
      if (entry.users === 0) await release(entry);
    }
  }
}

/** Frees the native memory now; the garbage collector sees only a small object and would be in no hurry. */
async function release({ session }: Entry): Promise<void> {
  const loaded = await session.catch(() => undefined);
  await loaded?.release();
}
