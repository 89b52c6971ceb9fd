import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import type { Executor } from './executor.ts';
import { ExportingWorld } from './exporting-world.ts';
import { histories, mayDie, type Named } from './histories.ts';
import type { Outside } from './outside.ts';
import type { Tried } from './progress.ts';
import { type Trouble, troubles } from './troubles.ts';

let worlds = 0;

const trouble = fc
  .constantFrom(...(Object.keys(troubles) as Trouble[]))
  .map((which): Named<ExportingWorld> => [which, (world) => world.trouble(which)]);

/**
 * Whatever happens in between, whatever goes wrong at Stripe, the Marketplace or OpenMeter, and wherever a process dies, also between an
 * answer of theirs and the note of it: the events that clients saw as recorded are, without the void ones and as they were adjusted, what the
 * journal, the rollups, the ledger, all three of them and the invoices have; of what failed, none has anything. So it is when the rollups
 * were lost and made again from the ledger. A failure prints its seed and the shortest history.
 */
export async function checkExports(
  client: DynamoDB,
  outside: Outside,
  executor: Executor,
  numRuns: number,
  { seed, tried }: { readonly seed?: number; readonly tried?: Tried } = {},
): Promise<void> {
  const exports = histories<ExportingWorld>(
    [
      // As the schedules have it; else histories were over before much was told.
      {
        weight: 6,
        arbitrary: mayDie('an hour later close and export', async (world, at) => {
          world.pass(70 * 60_000);
          await world.close(false);
          await world.export(at);
        }),
      },
      { weight: 2, arbitrary: mayDie('export', (world, at) => world.export(at)) },
      { weight: 2, arbitrary: trouble },
      { weight: 1, arbitrary: mayDie('finalize', (world, at) => world.finalize(at)) },
      {
        weight: 1,
        arbitrary: fc
          .nat(5)
          .chain((pick) => mayDie(`void invoice ${pick}`, (world, at) => world.voidInvoice(pick, at))),
      },
      { weight: 3, arbitrary: mayDie('archive', (world, at) => world.archive(at), 'PutObject', 'GetObject') },
      { weight: 1, arbitrary: mayDie('rebuild', (world, at) => world.rebuild(at), 'GetObject') },
    ],
    [{ weight: 2, arbitrary: fc.constant(['tell all, and two days pass', (world) => world.rest()]) }],
  );
  await fc.assert(
    fc.asyncProperty(exports, async (history) => {
      worlds += 1;
      const start = new Date('2026-11-03T00:20:00.000Z');
      const world = new ExportingWorld(outside, executor, client, `exported-${worlds}`, start);
      try {
        await world.link();
        for (const [, step] of history) await step(world);
        await world.checkTold();
        await world.checkArchived();
        await world.checkRebuilt();
      } catch (error) {
        tried?.(String(error));
        throw error;
      }
      tried?.();
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
}
