import { cron } from './cron.ts';
import type { NextRun } from './next-run.ts';
import type { TimeZone } from './time-zone.ts';

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/**
 * Reads `rate(5 minutes)`, `cron(0 2 * * ? *)` or `at(2030-01-31T08:00:00)`.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 *
 * @param startMs from where a rate counts: its first run
 * @throws Error that says what is wrong
 */
export function scheduleExpression(text: string, zone: TimeZone, startMs: number): NextRun {
  const { kind, content = '' } = /^(?<kind>rate|cron|at)\((?<content>[^()]*)\)$/.exec(text)?.groups ?? {};
  if (kind === 'rate') return rate(content, startMs);
  if (kind === 'cron') return cron(content, zone);
  if (kind === 'at') return at(content, zone);
  throw new Error(`${text} is none of rate(…), cron(…) and at(…)`);
}

function rate(text: string, startMs: number): NextRun {
  const { value, unit } = /^(?<value>[1-9]\d{0,8})\s+(?<unit>minute|hour|day)s?$/.exec(text)?.groups ?? {};
  if (unit === undefined) throw new Error(`rate(${text}) is not a positive number of minutes, hours or days`);
  const everyMs = Number(value) * unitMs[unit as keyof typeof unitMs];
  return (afterMs) => startMs + Math.max(0, Math.floor((afterMs - startMs) / everyMs) + 1) * everyMs;
}

function at(text: string, zone: TimeZone): NextRun {
  const shown = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(shown)) throw new Error(`at(${text}) is not a time of the form yyyy-mm-ddThh:mm:ss`);
  const epochMs = zone.epochOf(shown);
  return (afterMs) => (epochMs !== undefined && epochMs > afterMs ? epochMs : undefined);
}
