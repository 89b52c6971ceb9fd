import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import type { Executor } from './executor.ts';
import { histories } from './histories.ts';
import { MeteringWorld } from './metering-world.ts';
import type { Tried } from './progress.ts';

let worlds = 0;

/**
 * Whatever is appended, repeated, late, voided and closed, in whatever order, at once or not, and wherever a process dies: what tenants
 * see is exact at any moment, and the rollups are exact in the end. A failure prints its seed and the shortest history.
 */
export async function checkInterleavings(
  client: DynamoDB,
  executor: Executor,
  numRuns: number,
  { seed, tried }: { readonly seed?: number; readonly tried?: Tried } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(histories<MeteringWorld>(), async (history) => {
      worlds += 1;
      const start = new Date('2026-11-22T00:20:00.000Z');
      const world = new MeteringWorld(executor, client, `chaos-${worlds}`, start);
      try {
        for (const [, step] of history) await step(world);
        await world.checkRollups();
      } catch (error) {
        tried?.(String(error));
        throw error;
      }
      tried?.();
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
}
