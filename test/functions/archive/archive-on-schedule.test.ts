import { expect, test } from 'vitest';
import { archiveOnSchedule } from '../../../functions/archive/archive-on-schedule.ts';
import { recordingLogger } from '../recording-logger.ts';

const now = new Date('2026-11-25T00:30:00Z');
const tenant = { tenant: 'acme', createdAt: '2026-11-20T00:00:00.000Z' };

/** A run over a tenant whose hours nobody has closed. */
function run(progress: () => Promise<object>, remainingMs = 900_000) {
  const lines: string[] = [];
  const unused = () => Promise.reject(new Error('nothing is due'));
  const handler = archiveOnSchedule({
    archivers: {
      client: {} as never,
      usageTable: 'usage',
      journal: { lateHours: async () => new Set() },
      rollups: { progress, head: unused, advance: async () => undefined },
      index: { find: unused, note: unused },
      bucket: { store: unused, look: unused },
      reader: { fold: unused },
      now: () => now,
    },
    tenants: { list: async () => [tenant as never] },
    logger: recordingLogger().logger,
    stage: 'dev',
    writeMetrics: (line) => lines.push(line),
  });
  return { lines, done: handler(undefined, { getRemainingTimeInMillis: () => remainingMs }) };
}

test('a run tells by how many hours the archive is late, as a metric of the stage', async () => {
  const { lines, done } = run(async () => ({}));
  await done;
  // From the tenant's first hour to the one that ended two days ago.
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ stage: 'dev', ArchiveLagHours: 73, _aws: expect.anything() }),
  ]);
});

test('a tenant that a run does not come to is late all the same', async () => {
  const { lines, done } = run(async () => ({}), 1000);
  await done;
  expect(lines.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ ArchiveLagHours: 73 })]);
});

test('a run fails when a tenant could not be archived, and tells its metric all the same', async () => {
  const { lines, done } = run(() => Promise.reject(new Error('the table is away')));
  await expect(done).rejects.toThrow('the hours of 1 tenants could not be archived');
  expect(lines).toHaveLength(1);
});
