import { eventIdPattern } from './event-id-pattern.ts';

/**
 * The moment at which an event id was minted, read from its first 48 bits. Hours and days are counted by it and not by a clock, so
 * that a retry after midnight meets the same item.
 *
 * @throws TypeError when the id is not a UUIDv7 in lower case
 * @see https://www.rfc-editor.org/rfc/rfc9562#section-5.7
 */
export function eventTime(id: string): Date {
  const [, high, low] = eventIdPattern.exec(id) ?? [];
  if (high === undefined || low === undefined)
    throw new TypeError(`the event id ${JSON.stringify(id)} is not a UUIDv7`);
  return new Date(Number.parseInt(high + low, 16));
}
