/** A calendar month in UTC. */
export interface Month {
  /** `2026-11` */
  readonly name: string;
  /** Epoch milliseconds; the start is part of it, the end of the next one. */
  readonly startMs: number;
  readonly endMs: number;
}

/** The month that a moment lies in. */
export function monthOf(time: Date): Month {
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return {
    name: time.toISOString().slice(0, 7),
    startMs: Date.UTC(year, month),
    endMs: Date.UTC(year, month + 1),
  };
}
