import { createHash } from 'node:crypto';
import type { OutboxRow } from '../outbox-row.ts';

/** Stripe's limit. */
const lengthMax = 100;

/**
 * What an event is known by at Stripe: `tenant:meter:hour:version:customer`. The same words for the same thing, whoever says them and how
 * often; other words when there is something new to say, since Stripe drops what repeats an identifier within a day, whatever it says:
 * - a version of the hour;
 * - another customer of the tenant, or of a tenant of the same name on another stage: the last part is a digest of the customer's id;
 * - Stripe took the event and said later that it counts nowhere: from then on the version is `1.1`, `1.2` …
 *
 * A meter whose name is too long for all that is named by a digest.
 */
export function eventIdentifier(row: Identified, customer: string, meter: string): string {
  const { tenant, hour, version, refusals } = row;
  const identifier = (name: string): string =>
    [tenant, name, hour, refusals === undefined ? version : `${version}.${refusals}`, customerMark(customer)].join(':');
  const plain = identifier(meter);
  return plain.length <= lengthMax ? plain : identifier(`~${digest(meter, 6)}`);
}

type Identified = Pick<OutboxRow, 'tenant' | 'hour' | 'version' | 'refusals'>;

/** What an identifier says of its event. */
export interface NamedEvent {
  readonly tenant: string;
  readonly hour: string;
  readonly version: number;
  /** Of the customer, as `customerMark` makes it. */
  readonly mark: string;
}

/** What an identifier says; undefined when it is none of ours. */
export function identifiedEvent(identifier: string): NamedEvent | undefined {
  const [tenant, , hour, version, mark, ...more] = identifier.split(':');
  if (tenant === undefined || hour === undefined || version === undefined || mark === undefined || more.length > 0) {
    return undefined;
  }
  const ours =
    /^[a-z0-9-]{1,63}$/.test(tenant) && /^\d{4}-\d\d-\d\dT\d\d$/.test(hour) && /^\d{1,9}(\.\d{1,9})?$/.test(version);
  return ours ? { tenant, hour, version: Number.parseInt(version, 10), mark } : undefined;
}

/** By what an identifier names the customer. */
export const customerMark = (customer: string): string => digest(customer, 4);

const digest = (text: string, length: number): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, length);
