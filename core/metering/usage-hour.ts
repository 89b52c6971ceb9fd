export const hourMs = 3_600_000;

/** The hour, in UTC, that a moment lies in: `2026-11-22T01`. Hours sort as their names do. */
export const usageHour = (time: Date): string => time.toISOString().slice(0, 13);

/** The hour's first moment. */
export const hourStart = (hour: string): Date => new Date(`${hour}:00:00.000Z`);

/** The hour after it. */
export const nextHour = (hour: string): string => usageHour(new Date(hourStart(hour).getTime() + hourMs));
