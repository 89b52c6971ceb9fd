import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CrashPoint } from '../../../chaos/executor.ts';
import { checkExports } from '../../../chaos/export-interleavings.ts';
import { ExportingWorld } from '../../../chaos/exporting-world.ts';
import { inProcess } from '../../../chaos/in-process.ts';
import { inProcesses } from '../../../chaos/in-processes.ts';
import { type Outside, startOutside } from '../../../chaos/outside.ts';
import { startTables, type Tables } from '../../../chaos/start-tables.ts';

const hour = 3_600_000;
let tables: Tables;
let outside: Outside;
let killed: ReturnType<typeof inProcesses>;
beforeAll(async () => {
  tables = await startTables();
  outside = await startOutside(tables.client);
  killed = inProcesses(tables.access);
});
afterAll(async () => {
  await killed.stop();
  await outside.stop();
  await tables.stop();
});

test('whatever happens and fails in whatever order, and wherever it stops, the ledger, all who are told and invoices have what was recorded', async () => {
  await checkExports(tables.client, outside, inProcess(tables.access), 1);
}, 180_000);

let worlds = 0;

interface Death {
  readonly name: string;
  readonly happens: (world: ExportingWorld, at: CrashPoint) => Promise<unknown>;
  readonly at: CrashPoint;
  /** Whether all hours are closed before. @default true */
  readonly closed?: boolean;
}

test.each<Death>([
  {
    name: 'with half of the spillway drained',
    happens: (world, at) => world.drain(at),
    at: { call: 3, when: 'after' },
    closed: false,
  },
  {
    name: 'after the rollup',
    happens: (world, at) => world.close(false, at),
    at: { call: 'TransactWriteItems', when: 'after' },
    closed: false,
  },
  { name: 'after the claim', happens: (world, at) => world.export(at), at: { call: 'UpdateItem', when: 'after' } },
  {
    name: 'after Stripe has answered, before the mark',
    happens: (world, at) => world.export(at),
    at: { call: 'stripe', when: 'after' },
  },
  {
    name: 'after the Marketplace has answered, before the mark',
    happens: (world, at) => world.export(at),
    at: { call: 'marketplace', when: 'after' },
  },
  {
    name: 'with an invoice that has no number yet',
    happens: (world, at) => world.finalize(at),
    at: { call: 'UpdateItem', when: 'after' },
  },
])('a process that is killed $name leaves all of them exact', async ({ happens, at, closed = true }) => {
  worlds += 1;
  const start = new Date('2026-11-03T00:20:00.000Z');
  const world = new ExportingWorld(outside, killed, tables.client, `dead-${worlds}`, start);
  await world.link();
  await world.append(0, 'fashion', 3);
  await world.spill(0, 'spam', 4);
  await world.spill(0, 'fashion', 5);
  // Late, so that each of the two is noted beforehand.
  world.pass(20 * 60_000);
  world.pass(2 * hour);
  if (closed) {
    await world.drain();
    await world.close(false);
  }
  const before = killed.kills();
  await happens(world, at);
  expect(killed.kills()).toBe(before + 1);
  await world.checkTold();
});

test('a process that is killed between the two objects of an hour in the ledger leaves it whole', async () => {
  const start = new Date('2026-11-03T00:20:00.000Z');
  const world = new ExportingWorld(outside, killed, tables.client, 'dead-archive', start);
  await world.link();
  await world.append(0, 'fashion', 3);
  await world.append(0, 'spam', 4);
  await world.rest();
  const before = killed.kills();
  expect(await world.archive({ call: 'PutObject', when: 'after' })).toBe('died');
  expect(killed.kills()).toBe(before + 1);
  // Behind what the dead one stored lies what nobody told it of.
  await world.void(0);
  await world.adjust(1, -2);
  await world.checkArchived();
}, 120_000);
