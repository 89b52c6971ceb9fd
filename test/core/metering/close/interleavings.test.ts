import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccess } from '../../../chaos/access.ts';
import { inProcess } from '../../../chaos/in-process.ts';
import { inProcesses } from '../../../chaos/in-processes.ts';
import { checkInterleavings } from '../../../chaos/interleavings.ts';
import { MeteringWorld } from '../../../chaos/metering-world.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

test('whatever happens in whatever order, and wherever it stops, usage is exact at once and rollups in the end', async () => {
  await checkInterleavings(dynamo.client, inProcess(openAccess(dynamo.endpoint)), 6);
}, 60_000);

describe('a process that is killed', () => {
  let executor: ReturnType<typeof inProcesses>;
  beforeAll(() => {
    executor = inProcesses(openAccess(dynamo.endpoint));
  });
  afterAll(() => executor.stop());

  const hour = 3_600_000;
  const start = new Date('2026-11-22T00:20:00.000Z');
  let worlds = 0;
  const newWorld = (): MeteringWorld => {
    worlds += 1;
    return new MeteringWorld(executor, dynamo.client, `killed-${worlds}`, start);
  };

  test.each<[string, (world: MeteringWorld) => Promise<void>]>([
    ['before an event is in the journal', (world) => world.append(0, 'spam', 1, { call: 1, when: 'before' })],
    ['when an event is in the journal', (world) => world.append(0, 'spam', 1, { call: 1, when: 'after' })],
    [
      'between the note of a late event and the event',
      (world) => world.append(hour, 'spam', 1, { call: 1, when: 'after' }),
    ],
    ['between the note of a void and the void', (world) => world.void(0, { call: 2, when: 'after' })],
    ['when an event is void', (world) => world.void(0, { call: 3, when: 'after' })],
    ['when it has read the hour that it closes', (world) => world.close(false, { call: 3, when: 'after' })],
    ['between a rollup and the progress of the close', (world) => world.close(false, { call: 6, when: 'after' })],
    ['when the progress of the close is written', (world) => world.close(false, { call: 7, when: 'after' })],
  ])('%s leaves nothing uncounted and nothing counted twice', async (_, killed) => {
    const world = newWorld();
    await world.append(0, 'fashion', 3);
    await world.append(0, 'spam', 4);
    world.now = new Date(start.getTime() + 2 * hour);
    const before = executor.kills();
    await killed(world);
    expect(executor.kills()).toBe(before + 1);
    await world.checkUsage();
    await world.repeat(2);
    await world.checkRollups();
  });

  test('between any two calls of anything, in random histories', async () => {
    await checkInterleavings(dynamo.client, executor, 2);
  }, 60_000);
});
