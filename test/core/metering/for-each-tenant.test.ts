import { expect, test } from 'vitest';
import { forEachTenant } from '../../../core/metering/for-each-tenant.ts';

const reserveMs = 30_000;
const named = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => ({ tenant: `${prefix}-${String(index).padStart(3, '0')}` }));

/** A run of fifteen minutes over tenants of which each has so much work, in milliseconds; default: one. */
async function run(
  tenants: readonly { tenant: string }[],
  workMs: Readonly<Record<string, number>>,
  now = new Date(0),
) {
  let clockMs = 900_000;
  const left = new Map(tenants.map(({ tenant }) => [tenant, workMs[tenant] ?? 1]));
  const order: string[] = [];
  const onFailure = (_: string, error: unknown) => {
    throw error;
  };
  const options = { remainingMs: () => clockMs, reserveMs, now, onFailure, concurrent: 3 };
  const report = await forEachTenant(tenants, options, async ({ tenant }, enoughTime) => {
    order.push(tenant);
    for (let todo = left.get(tenant) ?? 0; todo > 0; todo = left.get(tenant) ?? 0) {
      if (!enoughTime()) return false;
      const stepMs = Math.min(1000, todo);
      clockMs -= stepMs / options.concurrent;
      left.set(tenant, todo - stepMs);
      await Promise.resolve();
    }
    return true;
  });
  const undone = [...left].flatMap(([tenant, todo]) => (todo > 0 ? [tenant] : []));
  return { ...report, undone, order, clockMs };
}

test('tenants with more work than a run has time for keep nobody waiting, and have all the time that is left', async () => {
  const large = named(3, 'a-large');
  const work = Object.fromEntries(large.map(({ tenant }) => [tenant, 1e9]));
  const { undone, complete, clockMs } = await run([...large, ...named(300, 'small')], work);
  expect(undone).toEqual(large.map(({ tenant }) => tenant));
  expect(complete).toBe(false);
  expect(clockMs).toBeLessThanOrEqual(reserveMs);
});

test('what takes longer than a turn is done in several, when there is time', async () => {
  const { undone, complete, failed } = await run(named(20, 'some'), { 'some-000': 700_000, 'some-007': 700_000 });
  expect({ undone, complete, failed }).toEqual({ undone: [], complete: true, failed: [] });
});

test('one that has to wait for another run does not hold this one', async () => {
  let called = 0;
  const options = { remainingMs: () => 900_000, reserveMs, now: new Date(0), onFailure: () => undefined };
  const report = await forEachTenant(named(5, 'waits'), options, async () => {
    called += 1;
    return false;
  });
  expect(report.complete).toBe(false);
  expect(called).toBe(5);
});

test('where not even a turn for all fits into a run, each run begins with others', async () => {
  const many = named(2000, 'busy');
  const work = Object.fromEntries(many.map(({ tenant }) => [tenant, 1e9]));
  const runs = await Promise.all([1, 2, 3].map((hour) => run(many, work, new Date(hour * 3_600_000))));
  const reached = runs.map(({ order }) => new Set(order));
  expect(reached.every((some) => some.size < many.length)).toBe(true);
  expect(new Set(reached.flatMap((some) => [...some])).size).toBeGreaterThan(1.5 * (reached[0]?.size ?? 0));
});
