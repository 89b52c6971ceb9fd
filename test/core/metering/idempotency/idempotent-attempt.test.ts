import type { DynamoDB, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ApiRequest } from '../../../../core/api/api-request.ts';
import { findRoute } from '../../../../core/api/find-route.ts';
import { AnsweredRepeats } from '../../../../core/metering/idempotency/answered-repeats.ts';
import { IdempotencyRecords } from '../../../../core/metering/idempotency/idempotency-records.ts';
import type { IdempotentAttempt } from '../../../../core/metering/idempotency/idempotent-attempt.ts';
import { IdempotentRequests } from '../../../../core/metering/idempotency/idempotent-requests.ts';
import { startDynamoDB, type TestDynamoDB } from '../../storage/dynamodb.ts';
import { uuidAt } from '../usage-event-of.ts';

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
});
afterAll(() => dynamo.stop());

const at = new Date('2026-11-22T01:00:00Z');
const answer = { status: 200, headers: {}, body: '{}' };
const isNote = ({ Item }: PutItemCommandInput): boolean => Item?.['eventId'] === undefined;
let keys = 0;

/** A request that failed, and the repeat of it that is under way, by a client whose puts may do otherwise. */
async function repeat(put: (input: PutItemCommandInput) => Promise<unknown>) {
  keys += 1;
  const route = findRoute('tenant', 'POST', '/v2/models/{model}/infer')?.route;
  if (route === undefined) throw new Error('there is no such route');
  const request: ApiRequest = {
    route,
    params: { model: 'double' },
    query: {},
    headers: { 'idempotency-key': `key-${keys}` },
    body: Buffer.from('{}'),
    requestId: 'request-1',
    caller: { kind: 'tenant', tenant: 'acme', plan: 'pro', keyId: 'K', scopes: ['infer'] },
    remainingMs: () => 29_000,
  };
  const begin = async (client: DynamoDB): Promise<IdempotentAttempt> => {
    const attempt = await new IdempotentRequests({
      records: new IdempotencyRecords(client, 'idempotency'),
      repeats: new AnsweredRepeats(client, 'idempotency', () => at),
      newId: () => uuidAt(at),
      now: () => at,
    }).begin(request);
    if (attempt === undefined) throw new Error('the request has no key');
    return attempt;
  };
  await (await begin(dynamo.client)).fail();
  const under = await begin(Object.assign(Object.create(dynamo.client) as DynamoDB, { putItem: put }));
  const later = new AnsweredRepeats(dynamo.client, 'idempotency', () => new Date('2026-11-23T01:30:00Z'));
  return {
    under,
    again: () => begin(dynamo.client),
    mayBeAnswered: () => later.mayBeAnswered('acme', under.eventId),
  };
}

test('a repeat that dies while it keeps its answer is not taken for answered', async () => {
  const { promise: dead, resolve: reached } = Promise.withResolvers<void>();
  const { under, mayBeAnswered } = await repeat((input) => {
    if (input.Item?.['finished']?.BOOL !== true) return dynamo.client.putItem(input);
    reached();
    return new Promise(() => undefined);
  });
  void under.succeed(answer);
  await dead;
  expect(await mayBeAnswered()).toBe(false);
});

test('a repeat that could not be noted is withheld, and the next one gets its answer', async () => {
  const { under, again, mayBeAnswered } = await repeat((input) =>
    isNote(input) ? Promise.reject(new Error('down')) : dynamo.client.putItem(input),
  );
  await expect(under.succeed(answer)).rejects.toThrow('withheld');
  await under.fail();
  expect(await mayBeAnswered()).toBe(false);
  const next = await again();
  expect(next.answer).toMatchObject(answer);
  await next.answerRepeat();
  expect(await mayBeAnswered()).toBe(true);
});

test('a repeat that is answered is noted, though its answer could not be kept', async () => {
  const { under, again, mayBeAnswered } = await repeat((input) =>
    input.Item?.['finished']?.BOOL === true ? Promise.reject(new Error('down')) : dynamo.client.putItem(input),
  );
  await under.succeed(answer);
  expect(await mayBeAnswered()).toBe(true);
  await expect(again()).rejects.toThrow('being worked on');
});
