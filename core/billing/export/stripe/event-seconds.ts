import { hourMs, hourStart } from '../../../metering/usage-hour.ts';

/**
 * When an event is said to have happened, in seconds since 1970: within its hour, of which Stripe counts the latest event only, and a
 * second later for each version. An older version that arrives late, from a process that was thought dead, changes nothing then.
 */
export const eventSeconds = (hour: string, version: number): number =>
  hourStart(hour).getTime() / 1000 + Math.min(version, hourMs / 1000 - 1);
