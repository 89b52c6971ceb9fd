import type { Order } from './order.ts';

/** Where and when a process dies: at its `call`-th call of DynamoDB for an order, before it is sent or when it has been carried out. */
export interface CrashPoint {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** Has orders carried out by something that may die. */
export interface Executor {
  /** @returns whether the order was carried out; false when what did it died, and nobody knows how far it came */
  run(order: Order, crash?: CrashPoint): Promise<boolean>;
}
