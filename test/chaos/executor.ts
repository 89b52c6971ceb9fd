import type { Order } from './order.ts';

/**
 * Where and when a process dies: at its `call`-th call of DynamoDB, S3, Stripe, the Marketplace or OpenMeter for an order, or the first of
 * a kind (`PutItem`, `stripe`), before it is sent or when it has been carried out.
 */
export interface CrashPoint {
  readonly call: number | string;
  readonly when: 'before' | 'after';
}

/** Whether this is the point. */
export const isAt = (crash: CrashPoint | undefined, call: number, when: CrashPoint['when'], kind: string): boolean =>
  crash !== undefined && (crash.call === call || crash.call === kind) && crash.when === when;

/** What became of an order. Refused: nothing was changed. When what carried it out died, nobody knows how far it came. */
export type Outcome = 'done' | 'refused' | 'died';

/** Has orders carried out by something that may die. */
export interface Executor {
  run(order: Order, crash?: CrashPoint): Promise<Outcome>;
}
