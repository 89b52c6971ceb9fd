import { DynamoDB, type PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { InferenceDependencies } from '../../../core/inference/inference.ts';
import { AnsweredRepeats } from '../../../core/metering/idempotency/answered-repeats.ts';
import { IdempotencyRecords } from '../../../core/metering/idempotency/idempotency-records.ts';
import { IdempotentRequests } from '../../../core/metering/idempotency/idempotent-requests.ts';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
import { doublingModel } from '../engine/onnx-file.ts';
import { uuidAt } from '../metering/usage-event-of.ts';
import { startDynamoDB, type TestDynamoDB } from '../storage/dynamodb.ts';
import { doubling } from './manifests.ts';
import { type Platform, platform, type Sent } from './platform.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const clock = { now: new Date('2026-11-22T00:59:59.900Z') };
const registered = { manifest: doubling, files: { 'model.onnx': doublingModel() } };
/** Events by id: an id is taken once, as the real journal does. */
let journal: Map<string, UsageEvent>;
let served: Platform;
let runs = 0;
let keys = 0;
beforeEach(() => {
  clock.now = new Date('2026-11-22T00:59:59.900Z');
  journal = new Map();
  runs = 0;
  served = open(dynamo.client);
});

function open(client: DynamoDB, changes: Partial<InferenceDependencies> = {}): Platform {
  const newId = () => uuidAt(clock.now);
  const idempotency = new IdempotentRequests({
    records: new IdempotencyRecords(client, 'idempotency'),
    repeats: new AnsweredRepeats(client, 'idempotency', () => clock.now),
    newId,
    now: () => clock.now,
  });
  const journalled: InferenceDependencies['journalled'] = {
    find: async (_owner, id) => {
      const event = journal.get(id);
      return event && { event, adjustments: [] };
    },
  };
  const opened = platform([registered], { idempotency, newId, now: () => clock.now, journalled, ...changes });
  // Of this test: one that dies may try to append once more while the next test runs.
  const events = journal;
  opened.journal.append = async (event) => {
    runs += 1;
    if (events.has(event.id)) return 'duplicate';
    events.set(event.id, event);
    return 'stored';
  };
  return opened;
}

const request = (idempotencyKey: string, value = 1, rows = 1): Sent => ({
  route: '/v2/models/{model}/infer',
  params: { model: 'double' },
  headers: { 'idempotency-key': idempotencyKey },
  body: JSON.stringify({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data: Array.from({ length: rows }, () => value) }],
  }),
});
function fresh(): string {
  keys += 1;
  return `"key-${keys}"`;
}

test('a repeat gets the first answer and event, says so, runs nothing and is not billed', async () => {
  const sent = request(fresh(), 7);
  const first = await served.send(sent);
  expect(first.status).toBe(200);
  expect(first.headers).not.toHaveProperty('idempotency-replayed');
  clock.now = new Date('2026-11-23T00:59:00Z');
  const repeat = await served.send(sent);
  expect(repeat.status).toBe(200);
  expect(repeat.body).toEqual(first.body);
  expect(repeat.headers['idempotency-replayed']).toBe('true');
  expect(repeat.headers['x-usage-event-id']).toBe(first.headers['x-usage-event-id']);
  expect(runs).toBe(1);
  expect([...journal.keys()]).toEqual([first.headers['x-usage-event-id']]);
});

test('binary answers are repeated byte for byte', async () => {
  const body = JSON.stringify({
    parameters: { binary_data_output: true },
    inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 1], data: [1.5, -3] }],
  });
  const sent = { ...request(fresh()), body };
  const first = await served.send(sent);
  expect(first.body).toBeInstanceOf(Uint8Array);
  const repeat = await served.send(sent);
  expect(Buffer.from(repeat.body as Uint8Array)).toEqual(Buffer.from(first.body as Uint8Array));
  expect(repeat.headers['inference-header-content-length']).toBe(first.headers['inference-header-content-length']);
  expect(runs).toBe(1);
});

test('an answer too large to keep is worked out again, and not billed again', async () => {
  const sent = request(fresh(), 0.123_456_7, 20_000);
  const first = await served.send(sent);
  const repeat = await served.send(sent);
  expect(repeat.status).toBe(200);
  expect(repeat.body).toEqual(first.body);
  expect(repeat.headers['idempotency-replayed']).toBe('true');
  expect(runs).toBe(2);
  expect(journal.size).toBe(1);
});

test('the same key in quotes and without them is one key; another tenant or route has keys of its own', async () => {
  await served.send(request('"abc-1"'));
  expect((await served.send(request('abc-1'))).headers['idempotency-replayed']).toBe('true');
  const otherRoute = await served.send({
    ...request('abc-1'),
    route: '/v2/models/{model}/versions/{version}/infer',
    params: { model: 'double', version: '1' },
  });
  expect(otherRoute.headers).not.toHaveProperty('idempotency-replayed');
  expect(journal.size).toBe(2);
});

test('a key that stood for another request is refused with 422, and nothing is billed', async () => {
  const used = fresh();
  await served.send(request(used, 1));
  const other = await served.send(request(used, 2));
  expect(other.status).toBe(422);
  expect(other.body).toContain('came with another request');
  const model = await served.send({ ...request(used, 1), headers: { ...request(used).headers, 'content-type': 'x' } });
  expect(model.status).toBe(422);
  expect(journal.size).toBe(1);
});

test('while the first is being worked on, a repeat gets 409 and may come again', async () => {
  const sent = request(fresh());
  const append = served.journal.append;
  const { promise: slow, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  served.journal.append = async (event) => {
    ask();
    await slow;
    return append(event, 1);
  };
  const first = served.send(sent);
  await asked;
  const early = await open(dynamo.client).send(sent);
  expect(early.status).toBe(409);
  expect(early.headers['retry-after']).toBe('1');
  goOn();
  expect((await first).status).toBe(200);
  expect((await served.send(sent)).headers['idempotency-replayed']).toBe('true');
  expect(journal.size).toBe(1);
});

test('of fifty at once one is billed, and all others are repeats or told to wait', async () => {
  const sent = request(fresh());
  const answers = await Promise.all(Array.from({ length: 50 }, () => open(dynamo.client).send(sent)));
  const firsts = answers.filter(({ status, headers }) => status === 200 && !headers['idempotency-replayed']);
  expect(firsts).toHaveLength(1);
  expect(answers.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
  expect(journal.size).toBe(1);
});

describe('an instance that dies', () => {
  /** Sends a request to an instance that never comes back from what `die` lets happen. */
  async function dyingAt(point: 'before the journal' | 'after the journal', sent: Sent): Promise<void> {
    const dying = open(dynamo.client);
    const append = dying.journal.append;
    const { promise: dead, resolve: reached } = Promise.withResolvers<void>();
    dying.journal.append = async (event) => {
      if (point === 'after the journal') await append(event, 1);
      reached();
      return new Promise(() => undefined);
    };
    void dying.send({ ...sent, remainingMs: () => 5000 }).catch(() => undefined);
    await dead;
  }

  test.each(['before the journal', 'after the journal'] as const)('%s is billed once by the repeat', async (point) => {
    const sent = request(fresh());
    await dyingAt(point, sent);
    expect((await served.send(sent)).status).toBe(409);
    // Past the dead one's time, and in the next hour.
    clock.now = new Date(clock.now.getTime() + 6500);
    const repeat = await served.send(sent);
    expect(repeat.status).toBe(200);
    expect([...journal.keys()]).toEqual([repeat.headers['x-usage-event-id']]);
    expect(repeat.headers['idempotency-replayed']).toBe(point === 'after the journal' ? 'true' : undefined);
    // The hour is that of the first request.
    expect(repeat.headers['x-usage-event-id']?.slice(0, 13)).toBe(
      uuidAt(new Date('2026-11-22T00:59:59.900Z')).slice(0, 13),
    );
  });
});

test('a request that failed leaves its key to a repeat at once', async () => {
  const sent = request(fresh());
  const append = served.journal.append;
  served.journal.append = () => Promise.reject(new Error('down'));
  expect((await served.send(sent)).status).toBe(503);
  served.journal.append = append;
  expect((await served.send(sent)).status).toBe(200);
  expect(journal.size).toBe(1);
});

test('a request that is refused leaves its key to another one', async () => {
  const used = fresh();
  expect((await served.send({ ...request(used), body: '{' })).status).toBe(400);
  expect((await served.send(request(used))).status).toBe(200);
});

test('after 24 hours a key is new, whether or not its record has been removed by then', async () => {
  const sent = request(fresh());
  const first = await served.send(sent);
  clock.now = new Date(clock.now.getTime() + 86_402_000);
  const second = await served.send(sent);
  expect(second.headers).not.toHaveProperty('idempotency-replayed');
  expect(second.headers['x-usage-event-id']).not.toBe(first.headers['x-usage-event-id']);
  expect(journal.size).toBe(2);
});

test.each(['', '""', 'a b', '"a', 'a"b', 'é', 'x'.repeat(256), `"${'x'.repeat(256)}"`, '"a", "b"'])(
  '%j is no key: 400, and nothing is billed',
  async (header) => {
    const answer = await served.send(request(header));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('Idempotency-Key');
    expect(journal.size).toBe(0);
  },
);

test('when the records cannot be read, nothing runs and nothing is billed', async () => {
  const nowhere = new DynamoDB({
    endpoint: 'http://127.0.0.1:1',
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const answer = await open(nowhere).send(request(fresh()));
  expect(answer.status).toBe(503);
  expect(runs).toBe(0);
  nowhere.destroy();
});

/** A client of this DynamoDB whose puts of one kind do otherwise. */
function withPuts(
  isMeant: (input: PutItemCommandInput) => boolean,
  put: (input: PutItemCommandInput) => Promise<unknown>,
): DynamoDB {
  return Object.assign(Object.create(dynamo.client) as DynamoDB, {
    putItem: (input: PutItemCommandInput) => (isMeant(input) ? put(input) : dynamo.client.putItem(input)),
  });
}

describe('a repeat of a request that failed', () => {
  /** Sends a request that stores its event and is answered with a failure, as far as its client knows. */
  async function failsWhenStored(sent: Sent): Promise<void> {
    const failing = open(dynamo.client, { random: () => 0 });
    failing.journal.append = async (event) => {
      journal.set(event.id, event);
      throw new Error('the connection broke');
    };
    expect((await failing.send(sent)).status).toBe(503);
  }

  /** A limiter that lets everything in, and puts down what becomes of it. */
  function noted() {
    const told: string[] = [];
    const note = (what: string) => async () => void told.push(what);
    const limiter: InferenceDependencies['limiter'] = {
      limitsOf: () => Promise.resolve({}),
      admit: () => Promise.resolve({ headers: {}, settle: note('settled'), release: note('released') }),
    };
    return { told, limiter };
  }

  test('is noted also when the answer to its taking over of the key was lost', async () => {
    const sent = request(fresh());
    await failsWhenStored(sent);
    // As our client does it: the first try is stored, the second one finds it there.
    const lossy = withPuts(
      ({ ConditionExpression }) => ConditionExpression === 'attempt = :attempt',
      async (input) => {
        await dynamo.client.putItem(input);
        return dynamo.client.putItem(input);
      },
    );
    const repeat = await open(lossy).send(sent);
    expect(repeat.status).toBe(200);
    expect(repeat.headers['idempotency-replayed']).toBe('true');
    const later = new AnsweredRepeats(dynamo.client, 'idempotency', () => new Date('2026-11-23T01:30:00Z'));
    expect(await later.mayBeAnswered('t-1', repeat.headers['x-usage-event-id'] ?? '')).toBe(true);
  });

  test('stays counted when it is the one that is billed, though the journal’s answer to that was lost', async () => {
    const sent = request(fresh());
    const failing = open(dynamo.client);
    failing.journal.append = () => Promise.reject(new Error('down'));
    expect((await failing.send(sent)).status).toBe(503);
    const { told, limiter } = noted();
    const lossy = open(dynamo.client, { limiter });
    const append = lossy.journal.append;
    lossy.journal.append = async (event) => {
      await append(event, 1);
      return append(event, 1);
    };
    const repeat = await lossy.send(sent);
    expect(repeat.status).toBe(200);
    expect(repeat.headers).not.toHaveProperty('idempotency-replayed');
    expect(told).toEqual(['settled']);
  });

  test('is not counted when the one before was billed', async () => {
    const sent = request(fresh());
    await failsWhenStored(sent);
    const { told, limiter } = noted();
    expect((await open(dynamo.client, { limiter }).send(sent)).headers['idempotency-replayed']).toBe('true');
    expect(told).toEqual(['settled', 'released']);
  });

  test('stays counted when its use is recorded and only its answer withheld, since the next one is billed under it', async () => {
    const sent = request(fresh());
    const failing = open(dynamo.client);
    failing.journal.append = () => Promise.reject(new Error('down'));
    expect((await failing.send(sent)).status).toBe(503);
    const { told, limiter } = noted();
    const down = withPuts(
      ({ Item }) => Item?.['eventId'] === undefined,
      () => Promise.reject(new Error('down')),
    );
    expect((await open(down, { limiter }).send(sent)).status).toBe(503);
    expect(journal.size).toBe(1);
    expect(told).toEqual(['settled']);
  });
});

describe('whether anybody got the answer of an event', () => {
  const dayLater = new Date('2026-11-23T01:30:00Z');
  const known = (response: { headers: Readonly<Record<string, string>> }): Promise<boolean> =>
    new AnsweredRepeats(dynamo.client, 'idempotency', () => dayLater).mayBeAnswered(
      't-1',
      response.headers['x-usage-event-id'] ?? '',
    );

  test.each([
    { kind: 'that was kept', rows: 1 },
    { kind: 'that is worked out again', rows: 20_000 },
  ])('is known when a repeat was given an answer $kind, and not otherwise', async ({ rows }) => {
    const sent = request(fresh(), 1, rows);
    const first = await served.send(sent);
    expect(first.status).toBe(200);
    expect(await known(first)).toBe(false);
    expect((await served.send(sent)).headers['idempotency-replayed']).toBe('true');
    expect(await known(first)).toBe(true);
  });

  test('must be certain, so that no repeat is answered that could not be noted', async () => {
    const sent = request(fresh());
    const first = await served.send(sent);
    const down = withPuts(
      ({ Item }) => Item?.['eventId'] === undefined,
      () => Promise.reject(new Error('down')),
    );
    const refused = await open(down).send(sent);
    expect(refused.status).toBe(503);
    expect(refused.headers).not.toHaveProperty('x-usage-event-id');
    expect(await known(first)).toBe(false);
    expect((await served.send(sent)).status).toBe(200);
    expect(journal.size).toBe(1);
  });
});
