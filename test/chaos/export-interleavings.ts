import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import type { Executor } from './executor.ts';
import { ExportingWorld } from './exporting-world.ts';
import { histories } from './histories.ts';
import type { Outside } from './outside.ts';

let worlds = 0;

/**
 * Whatever happens in between, and wherever a process dies, also between the answer of Stripe or the Marketplace and the note of it: the
 * events that clients saw as recorded are, without the void ones, what the journal, the rollups, Stripe, the Marketplace and the invoices
 * have; of what failed, none has anything. A failure prints its seed and the shortest history.
 */
export async function checkExports(
  client: DynamoDB,
  outside: Outside,
  executor: Executor,
  numRuns: number,
  seed?: number,
): Promise<void> {
  const exports = histories<ExportingWorld>((crash, text) => [
    // As the schedules have it; else histories were over before much was told.
    {
      weight: 6,
      arbitrary: crash.map((at) => [
        `an hour later close and export${text(at)}`,
        async (world) => {
          world.pass(70 * 60_000);
          await world.close(false);
          await world.export(at);
        },
      ]),
    },
    { weight: 2, arbitrary: crash.map((at) => [`export${text(at)}`, (world) => world.export(at)] as const) },
    { weight: 1, arbitrary: crash.map((at) => [`finalize${text(at)}`, (world) => world.finalize(at)] as const) },
  ]);
  await fc.assert(
    fc.asyncProperty(exports, async (history) => {
      worlds += 1;
      const start = new Date('2026-11-22T00:20:00.000Z');
      const world = new ExportingWorld(outside, executor, client, `exported-${worlds}`, start);
      await world.link();
      for (const [, step] of history) await step(world);
      await world.checkAll();
    }),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
}
