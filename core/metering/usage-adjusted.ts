import type { UsageUnits } from './usage-event.ts';

/** Says that a usage event counts with other units than were written. The event itself stays as it was. CloudEvents 1.0, as `UsageEvent`. */
export interface UsageAdjusted {
  readonly specversion: '1.0';
  readonly type: 'maas.usage.adjusted.v1';
  /** UUIDv7, of its own. */
  readonly id: string;
  readonly source: string;
  /** The tenant. */
  readonly subject: string;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly data: {
    /** Id of the event that counts otherwise. */
    readonly event: string;
    /** What is added to the event's units, or with a minus taken off. */
    readonly units: UsageUnits;
    readonly reason: string;
    /** Who says so: an IAM identity. */
    readonly actor: string;
  };
}
