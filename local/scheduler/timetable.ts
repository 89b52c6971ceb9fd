import type { NextRun } from './expression/next-run.ts';
import { scheduleExpression } from './expression/schedule-expression.ts';
import { timeZone } from './expression/time-zone.ts';
import type { Schedule } from './schedule.ts';

interface Entry {
  readonly schedule: Schedule;
  readonly next: NextRun;
  dueMs: number | undefined;
}

/** Which schedules are due. It has no clock of its own: whoever holds it looks, and says what time it is. */
export class Timetable {
  readonly #entries: Entry[];

  /** @param nowMs what was due before is not caught up; a rate without a start date is due at once */
  constructor(schedules: readonly Schedule[], nowMs: number) {
    this.#entries = schedules
      .filter(({ enabled }) => enabled)
      .map((schedule) => {
        const { expression, timezone, startMs, endMs = Number.POSITIVE_INFINITY } = schedule;
        const run = scheduleExpression(expression, timeZone(timezone), startMs ?? nowMs);
        const next: NextRun = (afterMs) => {
          const dueMs = run(Math.max(afterMs, (startMs ?? 0) - 1));
          return dueMs !== undefined && dueMs <= endMs ? dueMs : undefined;
        };
        return { schedule, next, dueMs: next(nowMs - 1) };
      });
  }

  /** When something is due next; undefined when nothing ever is. */
  get nextMs(): number | undefined {
    const due = this.#entries.map(({ dueMs }) => dueMs).filter((dueMs) => dueMs !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** The schedules that are due, each once, however often it was since the last look. */
  take(nowMs: number): { readonly schedule: Schedule; readonly dueMs: number }[] {
    return this.#entries.flatMap((entry) => {
      const { schedule, dueMs, next } = entry;
      if (dueMs === undefined || dueMs > nowMs) return [];
      entry.dueMs = next(nowMs);
      return [{ schedule, dueMs }];
    });
  }
}
