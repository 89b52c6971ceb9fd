import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { pushModel } from '../../cli/push-model.ts';
import { AlteredAssembly } from './altered-assembly.ts';
import { type OperatedCloud, startCloudWithOperator } from './start-cloud-with-operator.ts';

/** Kills its process when a request wants it, with the answer in hand: what the model did is in the journal, and nobody hears of it. */
const dying = `
const { handler } = module.exports;
module.exports = {
  handler: async (event, context) => {
    const answer = await handler(event, context);
    if (event.headers?.['x-test-die'] === 'answer in hand') process.kill(process.pid, 'SIGKILL');
    return answer;
  },
};`;

interface Reconciled {
  readonly answered: number;
  readonly events: number;
  readonly missing: number;
  readonly voided: number;
  readonly doubled: number;
  readonly repeatable: number;
  readonly findings: readonly { readonly requestId: string; readonly events: readonly string[] }[];
}

let cloud: OperatedCloud;
let assembly: AlteredAssembly;
let key: string;
const data = mkdtempSync(join(tmpdir(), 'maas-reconcile-'));
beforeAll(async () => {
  assembly = new AlteredAssembly(join(inject('maas').data, 'cdk.out', 'assembly-dev'), 'assembly-that-dies');
  assembly.appendToFunction('predict', dying);
  cloud = await startCloudWithOperator({ assembly: assembly.folder, data });
  await pushModel(cloud.client, 'models/linear-2x', () => {});
  const body = { name: 'compared', plan: 'pro' };
  key = (await cloud.client.call<{ apiKey: string }>('POST', '/tenants', { body })).apiKey;
}, 60_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(data, { recursive: true, force: true });
  rmSync(assembly.folder, { recursive: true, force: true });
});

const infer = (headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cloud.url}/v2/models/linear-2x/infer`, {
    method: 'POST',
    headers: { 'x-api-key': key, ...headers },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] }),
  });
const hourOf = (time: Date): string => time.toISOString().slice(0, 13);
/** What `maas billing reconcile` finds since an hour, added up. */
async function reconcile(from: string): Promise<Omit<Reconciled, 'findings'> & Pick<Reconciled, 'findings'>> {
  const args = ['--tenant', 'compared', '--from', from, '--to', hourOf(new Date())];
  const { hours } = JSON.parse(await cloud.maas('--json', 'billing', 'reconcile', ...args)) as { hours: Reconciled[] };
  const sum = (count: Exclude<keyof Reconciled, 'findings'>) => hours.reduce((total, hour) => total + hour[count], 0);
  return {
    answered: sum('answered'),
    events: sum('events'),
    missing: sum('missing'),
    voided: sum('voided'),
    doubled: sum('doubled'),
    repeatable: sum('repeatable'),
    findings: hours.flatMap(({ findings }) => findings),
  };
}
const used = async (): Promise<number> =>
  (await cloud.client.call<{ totals: { requests: number } }>('GET', '/tenants/compared/usage')).totals.requests;

test('what no client got is void and off the next rollup, what nobody will pay for is named, and a repeat is neither', async () => {
  const from = hourOf(new Date());
  // A client that gives all its requests one id gains nothing, and loses nothing.
  const chosen = { 'x-amzn-requestid': 'mine' };
  expect((await infer(chosen)).headers.get('x-request-id')).toBe('mine');
  const repeated = { 'idempotency-key': 'once' };
  expect((await infer(repeated)).status).toBe(200);
  expect((await infer(repeated)).headers.get('idempotency-replayed')).toBe('true');
  expect((await infer({ 'x-test-die': 'answer in hand', ...chosen })).status).toBe(502);
  expect((await infer({ 'x-test-die': 'answer in hand', 'idempotency-key': 'comes-back' })).status).toBe(502);
  const lost = await infer();
  expect(await used()).toBe(5);
  await cloud.maas('billing', 'close', '--now');

  const [event, requestId] = ['x-usage-event-id', 'x-request-id'].map((name) => lost.headers.get(name) ?? '');
  const journalled = (await cloud.journal()).find(({ id }) => id === event);
  if (journalled === undefined) throw new Error(`${event} is not in the journal`);
  await cloud.loseEvent(journalled);

  const expected = { answered: 4, events: 3, missing: 1, voided: 1, doubled: 0, repeatable: 1 };
  const first = await reconcile(from);
  expect(first).toMatchObject(expected);
  expect(first.findings).toMatchObject([{ kind: 'missing', tenant: 'compared', requestId, events: [event] }]);
  // Again it finds the same, and voids nothing twice.
  expect(await reconcile(from)).toMatchObject(expected);
  const voids = (await cloud.journal()).filter(({ type }) => String(type) === 'maas.usage.voided.v1');
  expect(voids.map(({ data: said }) => said)).toMatchObject([
    { reason: 'the client got no answer', actor: 'reconcile' },
  ]);

  expect(JSON.parse(await cloud.maas('--json', 'billing', 'close', '--now'))).toMatchObject({ failed: [] });
  expect(await used()).toBe(3);
  // Its event stayed, as its answer can be had: it is billed once, and not by this.
  const back = await infer({ 'idempotency-key': 'comes-back' });
  expect([back.status, back.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  expect(await used()).toBe(3);
}, 60_000);
