import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeOpenMeter } from './fake-openmeter.ts';

const clock = { now: new Date('2026-11-22T08:00:00Z') };
let fake: FakeOpenMeter;
let base: string;
beforeAll(async () => {
  fake = new FakeOpenMeter({ token: 'secret-token', now: () => clock.now });
  base = await fake.start();
});
afterAll(() => fake.stop());
beforeEach(() => fake.events.splice(0));

const event = (id: string, more: object = {}) => ({
  specversion: '1.0',
  id,
  source: 'a',
  type: 't',
  subject: 'acme',
  data: { tokens: 2 },
  ...more,
});
const send = (body: unknown, headers: Record<string, string> = {}, path = '/api/v1/events') =>
  fetch(`${base}${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer secret-token', 'content-type': 'application/cloudevents-batch+json', ...headers },
    body: JSON.stringify(body),
  });

test('an event counts once by source and id, whatever else the second one says, for 32 days', async () => {
  expect((await send([event('1'), event('1', { data: { tokens: 100 } })])).status).toBe(204);
  expect((await send([event('1'), event('1', { source: 'b' })])).status).toBe(204);
  expect(fake.sum('acme', 'tokens')).toBe(4);
  clock.now = new Date('2026-12-24T08:00:01Z');
  expect((await send([event('1')])).status).toBe(204);
  expect(fake.sum('acme', 'tokens')).toBe(6);
});

test('one bad event refuses the whole batch, and is named', async () => {
  const refused = await send([event('good'), event('bad', { subject: '' })]);
  expect(refused.status).toBe(400);
  expect(((await refused.json()) as { detail: string }).detail).toContain('subject');
  expect(fake.events).toEqual([]);
});

test('without the token, the type or the route there is no way in', async () => {
  expect((await send([event('2')], { authorization: 'Bearer other' })).status).toBe(401);
  expect((await send([event('2')], { 'content-type': 'application/json' })).status).toBe(415);
  expect((await send([event('2')], {}, '/api/v2/events')).status).toBe(404);
  expect((await send(event('2'), { 'content-type': 'application/cloudevents+json' })).status).toBe(204);
  expect(fake.events).toHaveLength(1);
});

test('a fault comes before the events are taken in, or after', async () => {
  fake.fail({ status: 503 }, { status: 500, after: true });
  expect((await send([event('3')])).status).toBe(503);
  expect(fake.events).toHaveLength(0);
  expect((await send([event('3')])).status).toBe(500);
  expect(fake.events).toHaveLength(1);
});
