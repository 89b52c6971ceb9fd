import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { pushModel } from '../../cli/push-model.ts';
import { AlteredAssembly } from './altered-assembly.ts';
import { startCloudWithOperator } from './start-cloud-with-operator.ts';

const shared = inject('maas');

test.each([
  // What the journal does not take goes into a queue, unless that is forbidden too.
  ['dynamodb:PutItem', 'the journal', ['sqs:SendMessage']],
  ['s3:GetObject', 'the artifacts', []],
  ['kms:Decrypt', 'the key of the data', []],
])('without the grant of %s on %s, predict is denied and nothing is answered', async (action, _, others) => {
  const assembly = new AlteredAssembly(
    join(shared.data, 'cdk.out', 'assembly-dev'),
    `assembly-without-${action.replace(':', '-')}`,
  );
  for (const each of [action, ...others]) assembly.revoke(/./, /^Predict/i, each);
  const data = mkdtempSync(join(tmpdir(), 'maas-grants-'));
  const cloud = await startCloudWithOperator({ assembly: assembly.folder, data });
  const { url, client } = cloud;
  try {
    await pushModel(client, 'models/linear-2x', () => {});
    const { apiKey } = await client.call<{ apiKey: string }>('POST', '/tenants', {
      body: { name: 'denied', plan: 'pro' },
    });
    const response = await fetch(`${url}/v2/models/linear-2x/infer`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey },
      body: JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1], data: [1] }] }),
    });
    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(await response.text()).not.toContain(action);
    const logs = (): string =>
      readdirSync(join(data, 'logs'))
        .map((file) => readFileSync(join(data, 'logs', file), 'utf8'))
        .join('');
    // Lines are written together, soon after the answers that they tell of.
    await expect.poll(logs).toMatch(/AccessDenied/);
    expect(logs()).toContain(`is not authorized to perform: ${action}`);
    const usage = await client.call<{ totals: { requests: number } }>('GET', '/tenants/denied/usage');
    expect(usage.totals.requests).toBe(0);
  } finally {
    await cloud.stop();
    rmSync(data, { recursive: true, force: true });
    rmSync(assembly.folder, { recursive: true, force: true });
  }
});
