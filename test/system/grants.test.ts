import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { ControlClient } from '../../cli/control-client.ts';
import { pushModel } from '../../cli/push-model.ts';
import { startCloud } from '../../local/cloud.ts';

const shared = inject('maas');

interface Statement {
  readonly Action: string | readonly string[];
}
interface Template {
  readonly Resources: Record<string, { Type: string; Properties: { PolicyDocument?: { Statement: Statement[] } } }>;
}

/** The shared platform's assembly, with one action taken out of one function's policy. */
function assemblyWithout(owner: RegExp, action: string): { assembly: string; removed: number } {
  const assembly = join(shared.data, 'cdk.out', `assembly-without-${action.replace(':', '-')}`);
  cpSync(join(shared.data, 'cdk.out', 'assembly-dev'), assembly, { recursive: true });
  let removed = 0;
  for (const name of readdirSync(assembly).filter((file) => file.endsWith('.template.json'))) {
    const file = join(assembly, name);
    const template = JSON.parse(readFileSync(file, 'utf8')) as Template;
    for (const [id, resource] of Object.entries(template.Resources)) {
      const policy = resource.Properties?.PolicyDocument;
      if (resource.Type !== 'AWS::IAM::Policy' || policy === undefined || !owner.test(id)) continue;
      policy.Statement = policy.Statement.flatMap((statement) => {
        const actions = [statement.Action].flat();
        if (!actions.includes(action)) return [statement];
        removed++;
        const left = actions.filter((other) => other !== action);
        return left.length === 0 ? [] : [{ ...statement, Action: left }];
      });
    }
    writeFileSync(file, JSON.stringify(template));
  }
  return { assembly, removed };
}

test.each([
  ['dynamodb:PutItem', 'the journal'],
  ['s3:GetObject', 'the artifacts'],
  ['kms:Decrypt', 'the key of the data'],
])('without the grant of %s on %s, predict is denied and nothing is answered', async (action) => {
  const { assembly, removed } = assemblyWithout(/^Predict/i, action);
  expect(removed).toBeGreaterThan(0);
  const data = mkdtempSync(join(tmpdir(), 'maas-grants-'));
  const cloud = await startCloud({
    assembly,
    data,
    domains: [
      {
        port: 0,
        apiOutput: { stack: 'maas-dev-api', output: 'TenantApiId' },
        stageOutput: { stack: 'maas-dev-api', output: 'TenantApiStage' },
      },
    ],
    log: () => {},
  });
  try {
    const outputs = cloud.outputs['maas-dev-api'];
    const client = new ControlClient({
      url: `${cloud.endpoint}/_aws/execute-api/${outputs?.['ControlApiId']}/${outputs?.['ControlApiStage']}`,
      region: cloud.region,
      credentials: cloud.operator,
      label: 'the altered cloud',
    });
    await pushModel(client, 'models/linear-2x', () => {});
    const { apiKey } = await client.call<{ apiKey: string }>('POST', '/tenants', {
      body: { name: 'denied', plan: 'pro' },
    });
    const response = await fetch(`${cloud.domains[0]}/v2/models/linear-2x/infer`, {
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
    rmSync(assembly, { recursive: true, force: true });
  }
});
