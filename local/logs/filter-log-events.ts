import * as z from 'zod';
import { filterPattern } from './filter-pattern.ts';
import type { LogGroups } from './log-groups.ts';
import { readLines } from './read-lines.ts';
import { refusals } from './refusals.ts';

const eventsMax = 10_000;
/** "Up to 1 MB." */
const bytesMax = 1024 * 1024;
/** All instances write into one. */
const stream = 'local';

const token = z.strictObject({ ms: z.int(), skip: z.int() });

/** What FilterLogEvents is asked. Other members are refused by name. */
export const filterInput = z.strictObject({
  logGroupName: z.string().optional(),
  logGroupIdentifier: z.string().optional(),
  startTime: z.int().nonnegative().default(0),
  endTime: z.int().nonnegative().default(Number.MAX_SAFE_INTEGER),
  filterPattern: z.string().max(1024).default(''),
  nextToken: z.string().optional(),
  limit: z.int().min(1).max(eventsMax).default(eventsMax),
});

interface FilteredEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly message: string;
  readonly ingestionTime: number;
  readonly eventId: string;
}

/**
 * The lines of a group between two moments, both included, a page at a time. A page that ends early says where to go on: by the moment of
 * its last line and how many lines of that moment it had, so that it stays right when the file is put aside in between.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export function filterLogEvents(
  groups: LogGroups,
  name: string,
  input: z.infer<typeof filterInput>,
): {
  readonly events: readonly FilteredEvent[];
  readonly searchedLogStreams: readonly [];
  readonly nextToken?: string;
} {
  const matches = filterPattern(input.filterPattern);
  const from = input.nextToken === undefined ? { ms: input.startTime, skip: 0 } : readToken(input.nextToken);
  const events: FilteredEvent[] = [];
  let sizeBytes = 0;
  let position = { ms: from.ms, index: -1 };
  for (const { ms, text } of readLines(groups.path(name), from.ms, input.endTime)) {
    position = { ms, index: ms === position.ms ? position.index + 1 : 0 };
    if (ms === from.ms && position.index < from.skip) continue;
    if (!matches(text)) continue;
    sizeBytes += Buffer.byteLength(text);
    if (events.length === input.limit || (events.length > 0 && sizeBytes > bytesMax)) {
      return { events, searchedLogStreams: [], nextToken: writeToken(position.ms, position.index) };
    }
    const eventId = `${ms}${String(position.index).padStart(9, '0')}`;
    events.push({ logStreamName: stream, timestamp: ms, message: text, ingestionTime: ms, eventId });
  }
  return { events, searchedLogStreams: [] };
}

const writeToken = (ms: number, skip: number): string =>
  Buffer.from(JSON.stringify({ ms, skip })).toString('base64url');

function readToken(text: string): z.infer<typeof token> {
  try {
    return token.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw refusals.invalid('The specified nextToken is invalid.');
  }
}
