import type { Order } from './order.ts';

/**
 * Where and when a process dies: at its `call`-th call of DynamoDB, Stripe or the Marketplace for an order, or the first of a kind
 * (`PutItem`, `stripe`), before it is sent or when it has been carried out.
 */
export interface CrashPoint {
  readonly call: number | string;
  readonly when: 'before' | 'after';
}

/** Whether this is the point. */
export const isAt = (crash: CrashPoint | undefined, call: number, when: CrashPoint['when'], kind: string): boolean =>
  crash !== undefined && (crash.call === call || crash.call === kind) && crash.when === when;

/** Has orders carried out by something that may die. */
export interface Executor {
  /** @returns whether the order was carried out; false when what did it died, and nobody knows how far it came */
  run(order: Order, crash?: CrashPoint): Promise<boolean>;
}
