import * as fc from 'fast-check';
import type { CrashPoint } from './executor.ts';
import type { MeteringWorld } from './metering-world.ts';

/** Something that happens in a world, with what a failure calls it. */
export type Named<World> = readonly [name: string, happens: (world: World) => Promise<void>];

/** Something that is done by a process that may die at any of its calls, or at the first of one of these kinds. */
export const mayDie = <World extends MeteringWorld>(
  name: string,
  happens: (world: World, at: CrashPoint | undefined) => Promise<unknown>,
  ...kinds: readonly string[]
): fc.Arbitrary<Named<World>> =>
  (kinds.length === 0 ? crash : fc.oneof(crash, pointAt(fc.constantFrom(...kinds)))).map((at) => [
    `${name}${text(at)}`,
    async (world) => {
      await happens(world, at);
    },
  ]);

/** Something that may happen, and how often beside other things. */
export interface Likely<World> {
  readonly weight: number;
  readonly arbitrary: fc.Arbitrary<Named<World>>;
}

const minute = 60_000;
const hour = 60 * minute;

const pointAt = (call: fc.Arbitrary<CrashPoint['call']>) =>
  fc.option(fc.record<CrashPoint>({ call, when: fc.constantFrom('before', 'after') }), { nil: undefined, freq: 3 });
/** A point to die at, or none. */
const crash = pointAt(fc.integer({ min: 1, max: 25 }));
const text = (at: CrashPoint | undefined): string => (at === undefined ? '' : ` and die ${at.when} call ${at.call}`);
/** Most come at once, some after minutes, a few when their hour is closed. */
const age = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 30_000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 20 * minute }) },
  { weight: 2, arbitrary: fc.integer({ min: hour, max: 20 * hour }) },
);
const event = fc.tuple(age, fc.constantFrom('fashion', 'spam'), fc.integer({ min: 1, max: 50 }));

const append = fc
  .tuple(event, crash)
  .map(
    ([[ageMs, model, items], at]): Named<MeteringWorld> => [
      `append an event ${ageMs} ms old${text(at)}`,
      (world) => world.append(ageMs, model, items, at),
    ],
  );
const spill = event.map(
  ([ageMs, model, items]): Named<MeteringWorld> => [
    `spill an event ${ageMs} ms old`,
    (world) => world.spill(ageMs, model, items),
  ],
);
const drain = crash.map((at): Named<MeteringWorld> => [`drain the spillway${text(at)}`, (world) => world.drain(at)]);
const repeat = fc
  .nat(100)
  .map((pick): Named<MeteringWorld> => [`append event ${pick} again`, (world) => world.repeat(pick)]);
const voiding = fc
  .tuple(fc.nat(100), crash)
  .map(([pick, at]): Named<MeteringWorld> => [`void event ${pick}${text(at)}`, (world) => world.void(pick, at)]);
const adjusting = fc
  .tuple(fc.nat(100), fc.integer({ min: -50, max: 50 }).filter(Boolean), crash)
  .map(
    ([pick, items, at]): Named<MeteringWorld> => [
      `adjust event ${pick} by ${items} items${text(at)}`,
      (world) => world.adjust(pick, items, at),
    ],
  );
const plan = fc.constantFrom('pro' as const, 'team' as const).map(
  (to): Named<MeteringWorld> => [
    `change to the plan ${to}`,
    async (world) => {
      world.plan = to;
    },
  ],
);
const close = fc
  .tuple(fc.boolean(), crash)
  .map(
    ([open, at]): Named<MeteringWorld> => [
      `close${open ? ' open hours' : ''}${text(at)}`,
      (world) => world.close(open, at),
    ],
  );
const pass = fc
  .oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 50, max: 200 }))
  .map((minutes): Named<MeteringWorld> => [`${minutes} min pass`, async (world) => world.pass(minutes * minute)]);
const look: Named<MeteringWorld> = ['look at the usage', (world) => world.checkUsage()];

/**
 * Random histories: appends, spills, repeats, voids, adjustments, closes, changes of plan and what else is likely, one after the other or
 * at once, any of which may die at any of its calls, while time passes.
 *
 * @param more what else happens, also at once with other things
 * @param alone what else happens, and nothing at once with it
 */
export function histories<World extends MeteringWorld>(
  more: readonly Likely<World>[] = [],
  alone: readonly Likely<World>[] = [],
): fc.Arbitrary<readonly Named<World>[]> {
  const work = fc.oneof(
    { weight: 6, arbitrary: append as fc.Arbitrary<Named<World>> },
    { weight: 1, arbitrary: spill },
    { weight: 1, arbitrary: drain },
    { weight: 1, arbitrary: repeat },
    { weight: 2, arbitrary: voiding },
    { weight: 2, arbitrary: adjusting },
    { weight: 1, arbitrary: plan },
    { weight: 3, arbitrary: close },
    ...more,
  );
  const together = fc.array(work, { minLength: 2, maxLength: 4 }).map(
    (parts): Named<World> => [
      `at once: ${parts.map(([name]) => name).join(' | ')}`,
      async (world) => {
        await Promise.all(parts.map(([, step]) => step(world)));
      },
    ],
  );
  return fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: work },
        { weight: 2, arbitrary: together },
        { weight: 3, arbitrary: pass },
        { weight: 1, arbitrary: fc.constant(look) },
        ...alone,
      ),
      { minLength: 5, maxLength: 25 },
    )
    .map((history) =>
      Object.assign(history, { [fc.toStringMethod]: () => `\n${history.map(([name]) => name).join('\n')}\n` }),
    );
}
