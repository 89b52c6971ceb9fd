/** A wall clock of one time zone. */
export interface TimeZone {
  /** What the wall clock shows, as if it were in UTC; epoch milliseconds both. */
  wallClockAt(epochMs: number): number;
  /**
   * When the wall clock shows this for the first time, as if it were in UTC.
   * @returns undefined for a time that is skipped, when clocks are put forward
   */
  epochOf(wallClockMs: number): number | undefined;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The time zone with this name of the IANA database.
 * @throws RangeError when there is none
 */
export function timeZone(name: string): TimeZone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wallClockAt = (epochMs: number): number => {
    const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  };
  const offsetAt = (epochMs: number): number => wallClockAt(epochMs) - Math.floor(epochMs / 1000) * 1000;
  return {
    wallClockAt,
    epochOf: (wallClockMs) => {
      // Clocks are put forward or back at most once within two days.
      const offsets = new Set([offsetAt(wallClockMs - dayMs), offsetAt(wallClockMs + dayMs)]);
      const moments = [...offsets].map((offset) => wallClockMs - offset);
      const shown = moments.filter((moment) => wallClockAt(moment) === wallClockMs);
      return shown.length === 0 ? undefined : Math.min(...shown);
    },
  };
}
