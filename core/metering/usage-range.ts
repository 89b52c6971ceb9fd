import { InvalidInputError } from '../api/maas-error.ts';

/** A half-open interval of time. */
export interface UsageRange {
  readonly from: Date;
  readonly to: Date;
}

const dayMs = 86_400_000;
const daysMax = 31;
const date = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads the interval that a usage request asks for: `from` (default: the first of the current month) up to, not including, `to`
 * (default: now). Each is a date, which stands for its first moment in UTC, or an RFC 3339 instant.
 *
 * @throws InvalidInputError for another parameter, an unreadable one, an interval that ends before it begins, or one over 31 days
 */
export function usageRange(query: Readonly<Record<string, string>>, now: Date): UsageRange {
  const { from: fromText, to: toText, ...others } = query;
  const other = Object.keys(others)[0];
  if (other !== undefined) {
    throw new InvalidInputError(
      `unknown parameter ${JSON.stringify(other.slice(0, 100))}; there are from and to, or start, end, bucket and group_by`,
    );
  }
  const from = fromText === undefined ? firstOfMonth(now) : moment('from', fromText);
  const to = toText === undefined ? now : moment('to', toText);
  const lengthMs = to.getTime() - from.getTime();
  if (lengthMs < 0) {
    throw new InvalidInputError(`from (${from.toISOString()}) is after to (${to.toISOString()})`);
  }
  if (lengthMs > daysMax * dayMs) {
    throw new InvalidInputError(
      `from ${from.toISOString()} to ${to.toISOString()} is more than ${daysMax} days; ask for them in several requests`,
    );
  }
  return { from, to };
}

const firstOfMonth = (now: Date): Date => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));

/** A day's first moment or an RFC 3339 instant. @throws InvalidInputError naming the parameter */
export function moment(name: string, text: string): Date {
  const day = date.test(text) ? text : instant.exec(text)?.[1];
  const time = new Date(text.toUpperCase());
  // Date rolls 30 February over to March: a day that does not come back as it went in does not exist.
  const exists = day !== undefined && new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) === day;
  if (!exists || Number.isNaN(time.getTime()) || time.getTime() < 0) {
    throw new InvalidInputError(
      `${name} is ${JSON.stringify(text.slice(0, 100))}; it must be a day such as 2026-11-01 or an instant such as 2026-11-01T08:30:00Z`,
    );
  }
  return time;
}
