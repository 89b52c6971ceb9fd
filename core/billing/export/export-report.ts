import type { Destination } from './destination.ts';
import type { OutboxStanding } from './outbox/outbox.ts';

/** What a run did for one destination, and how things stand with it now. */
export interface DestinationReport extends OutboxStanding {
  readonly destination: Destination;
  /** For whom something was due. */
  readonly tenants: number;
  /** Rows, here and below. */
  readonly delivered: number;
  readonly later: number;
  readonly refused: number;
  /** Tenants for whom the run failed; the others were served. */
  readonly failed: readonly string[];
  /** False when the time ran out, or another run was at some tenant: the next goes on. */
  readonly complete: boolean;
}

/** One run of the exports, for every connected destination. */
export interface ExportReport {
  readonly destinations: readonly DestinationReport[];
  /** Destinations that could not be opened, such as for want of their secret. */
  readonly unopened: readonly string[];
  /** What else went wrong and stopped nothing: reports of Stripe's that could not be read. */
  readonly failures: number;
}
