import { InvalidInputError } from '../api/maas-error.ts';
import { moment, type UsageRange, usageRange } from './usage-range.ts';

/** What usage can be grouped by. */
export type UsageGroup = 'model' | 'key' | 'unit';

/** Usage wanted in buckets of time. */
export interface BucketQuery extends UsageRange {
  readonly bucket: keyof typeof buckets;
  /** Without repetitions. */
  readonly groupBy: readonly UsageGroup[];
}

/** Length and largest number of buckets in one answer. */
export const buckets = {
  '1m': { ms: 60_000, most: 1440 },
  '1h': { ms: 3_600_000, most: 168 },
  '1d': { ms: 86_400_000, most: 31 },
} as const;
const groups: readonly string[] = ['model', 'key', 'unit'] satisfies UsageGroup[];
const names = ['start', 'end', 'bucket', 'group_by'];

/**
 * Reads a usage request: `from` and `to` ask for sums of the whole interval; any of `start`, `end`, `bucket` (default `1d`) and `group_by`
 * (comma-separated, default none) for buckets of time, from `start` up to, not including, `end` (default: now).
 *
 * @throws InvalidInputError for another parameter, an unreadable one, or more buckets than fit into an answer
 */
export function usageQuery(query: Readonly<Record<string, string>>, now: Date): UsageRange | BucketQuery {
  if (!names.some((name) => query[name] !== undefined)) return usageRange(query, now);
  const { start, end, bucket = '1d', group_by: groupBy, ...others } = query;
  const other = Object.keys(others)[0];
  if (other !== undefined) {
    throw new InvalidInputError(
      `unknown parameter ${quoted(other)} beside ${names.join(', ')}; from and to stand alone and ask for sums`,
    );
  }
  if (!isBucket(bucket)) {
    throw new InvalidInputError(`bucket is ${quoted(bucket)}; it must be one of ${Object.keys(buckets).join(', ')}`);
  }
  if (start === undefined) throw new InvalidInputError('start is missing: the first moment, such as 2026-11-01');
  const range = { from: moment('start', start), to: end === undefined ? now : moment('end', end) };
  if (range.to < range.from) {
    throw new InvalidInputError(`start (${range.from.toISOString()}) is after end (${range.to.toISOString()})`);
  }
  const { ms, most } = buckets[bucket];
  const count = Math.ceil(range.to.getTime() / ms) - Math.floor(range.from.getTime() / ms);
  if (count > most) {
    throw new InvalidInputError(
      `that is ${count} buckets of ${bucket}; one answer has at most ${most}: ask for a shorter time or for longer buckets`,
    );
  }
  return { ...range, bucket, groupBy: groupsOf(groupBy) };
}

function groupsOf(text: string | undefined): UsageGroup[] {
  if (text === undefined) return [];
  const wanted = text.split(',', 10);
  const wrong = wanted.find((group) => !groups.includes(group));
  if (wrong !== undefined || new Set(wanted).size < wanted.length) {
    throw new InvalidInputError(`group_by is ${quoted(text)}; it must name some of ${groups.join(', ')}, each once`);
  }
  return wanted as UsageGroup[];
}

const isBucket = (text: string): text is keyof typeof buckets => Object.hasOwn(buckets, text);

const quoted = (text: string): string => JSON.stringify(text.slice(0, 100));
