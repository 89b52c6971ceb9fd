import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pushModel } from '../../cli/push-model.ts';
import { PlatformStage } from '../../infra/platform-stage.ts';
import { cdkContext } from '../infra/cdk-context.ts';
import { settingsOf } from '../infra/synthesize.ts';
import { type OperatedCloud, startCloudWithOperator } from './start-cloud-with-operator.ts';

// A stage whose settings isolate one of two models, and four tenants who use both.
mkdirSync(resolve('.build'), { recursive: true });
const folder = mkdtempSync(resolve('.build/system-isolation-'));
const data = join(folder, 'data');
const tenants = ['blue', 'green', 'red', 'grey'];
const keys: string[] = [];
let cloud: OperatedCloud;

beforeAll(async () => {
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir, builtinCloudFormationValidation: false, context: cdkContext });
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  new PlatformStage(app, { ...settingsOf('dev'), architecture, isolatedModels: ['secret'] }, new Map());
  app.synth();
  cloud = await startCloudWithOperator({ assembly: join(outdir, 'assembly-dev'), data });
  for (const name of ['secret', 'shared']) {
    await pushModel(cloud.client, linearModel(name), () => undefined);
  }
  for (const name of tenants) {
    const { apiKey } = await cloud.client.call<{ apiKey: string }>('POST', '/tenants', { body: { name, plan: 'pro' } });
    keys.push(apiKey);
  }
}, 120_000);

/** A model folder: linear-2x by another name. */
function linearModel(name: string): string {
  const own = join(folder, name);
  mkdirSync(own);
  const manifest = JSON.parse(readFileSync('models/linear-2x/model.json', 'utf8')) as Record<string, unknown>;
  delete manifest['$schema'];
  writeFileSync(join(own, 'model.json'), JSON.stringify({ ...manifest, name }));
  copyFileSync('models/linear-2x/model.onnx', join(own, 'model.onnx'));
  return own;
}

afterAll(async () => {
  await cloud?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const infer = (model: string, apiKey: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${cloud.url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, ...headers },
    body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [21] }] }),
  });

/** Each tenant asks twice, one after the other, so that no two requests need a process at once. */
async function askInTurn(model: string): Promise<void> {
  for (const apiKey of [...keys, ...keys]) {
    const response = await infer(model, apiKey, { 'x-amz-tenant-id': 'blue' });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-usage-event-id')).not.toBeNull();
    expect(await response.json()).toMatchObject({ outputs: [{ data: [42] }] });
  }
}

/** How many processes of a function have answered, as its log tells: the report of the first answer of each says how long it took to start. */
function processes(name: string): number {
  const logs = join(data, 'logs');
  const own = readdirSync(logs, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.log') && readFileSync(join(logs, file), 'utf8').includes(`"service":"${name}"`),
  );
  return own.reduce((sum, file) => sum + readFileSync(join(logs, file), 'utf8').split('Init Duration').length - 1, 0);
}

test('tenants never share a process of an isolated model, and do share those of another', async () => {
  await askInTurn('shared');
  await askInTurn('secret');
  // Lines reach the log a little later than answers their callers.
  await vi.waitFor(() => expect(processes('predict-isolated')).toBeGreaterThanOrEqual(tenants.length));
  await vi.waitFor(() => expect(processes('predict')).toBeGreaterThan(0));
  expect(processes('predict')).toBeLessThan(tenants.length);
  // All of them have left their event in the journal.
  expect(await cloud.journal()).toHaveLength(4 * tenants.length);
});

test('no spelling of its name leads to a process that serves all tenants', async () => {
  for (const spelled of ['%73ecret', 'secre%74', '%73%65%63%72%65%74']) {
    const response = await infer(spelled, keys[0] ?? '');
    expect([spelled, response.status]).toEqual([spelled, 404]);
    expect(response.headers.get('x-usage-event-id')).toBeNull();
  }
});
