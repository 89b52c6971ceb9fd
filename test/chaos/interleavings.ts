import * as fc from 'fast-check';
import type { TestDynamoDB } from '../core/storage/dynamodb.ts';
import type { CrashPoint, Executor } from './executor.ts';
import { MeteringWorld } from './metering-world.ts';

const minute = 60_000;
const hour = 60 * minute;

type Step = (world: MeteringWorld) => Promise<void>;

const crash = fc.option(
  fc.record<CrashPoint>({ call: fc.integer({ min: 1, max: 25 }), when: fc.constantFrom('before', 'after') }),
  { nil: undefined, freq: 3 },
);
/** Most come at once, some after minutes, a few when their hour is closed. */
const age = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 20 * minute }) },
  { weight: 2, arbitrary: fc.integer({ min: hour, max: 20 * hour }) },
);
const append = fc
  .tuple(age, fc.constantFrom('fashion', 'spam'), fc.integer({ min: 1, max: 50 }), crash)
  .map(
    ([ageMs, model, items, at]): Named => [
      `append an event ${ageMs} ms old${text(at)}`,
      (world) => world.append(ageMs, model, items, at),
    ],
  );
const repeat = fc.nat(100).map((pick): Named => [`append event ${pick} again`, (world) => world.repeat(pick)]);
const voiding = fc
  .tuple(fc.nat(100), crash)
  .map(([pick, at]): Named => [`void event ${pick}${text(at)}`, (world) => world.void(pick, at)]);
const close = fc
  .tuple(fc.boolean(), crash)
  .map(([open, at]): Named => [`close${open ? ' open hours' : ''}${text(at)}`, (world) => world.close(open, at)]);
const work = fc.oneof(
  { weight: 6, arbitrary: append },
  { weight: 1, arbitrary: repeat },
  { weight: 2, arbitrary: voiding },
  { weight: 3, arbitrary: close },
);
const together = fc.array(work, { minLength: 2, maxLength: 4 }).map(
  (parts): Named => [
    `at once: ${parts.map(([name]) => name).join(' | ')}`,
    async (world) => {
      await Promise.all(parts.map(([, step]) => step(world)));
    },
  ],
);
const pass = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 50, max: 200 })).map(
  (minutes): Named => [
    `${minutes} min pass`,
    async (world) => {
      world.now = new Date(world.now.getTime() + minutes * minute);
    },
  ],
);
const look: Named = ['look at the usage', (world) => world.checkUsage()];
type Named = readonly [string, Step];
const text = (at: CrashPoint | undefined): string => (at === undefined ? '' : ` and die ${at.when} call ${at.call}`);

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: work },
    { weight: 2, arbitrary: together },
    { weight: 3, arbitrary: pass },
    { weight: 1, arbitrary: fc.constant(look) },
  ),
  { minLength: 5, maxLength: 25 },
);

let worlds = 0;

/**
 * Whatever is appended, repeated, late, voided and closed, in whatever order, at once or not, and wherever a process dies: what tenants
 * see is exact at any moment, and the rollups are exact in the end. A failure prints its seed and the shortest history.
 */
export async function checkInterleavings(
  dynamo: TestDynamoDB,
  executor: Executor,
  numRuns: number,
  seed?: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      steps.map((history) => Object.assign(history, { toString: () => history.map(([name]) => name).join('\n') })),
      async (history) => {
        worlds += 1;
        const start = new Date('2026-11-22T00:20:00.000Z');
        const world = new MeteringWorld(executor, dynamo.client, `chaos-${worlds}`, start);
        for (const [, step] of history) await step(world);
        await world.checkRollups();
      },
    ),
    { numRuns, ...(seed === undefined ? {} : { seed }) },
  );
}
