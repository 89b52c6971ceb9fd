import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startDynamoDB, type TestDynamoDB } from '../core/storage/dynamodb.ts';
import { lambdaContext, proxyEvent } from './proxy-event.ts';

type Variables = Readonly<Record<string, string>>;

const authorizer = { KEYS_TABLE: 'keys', TENANTS_TABLE: 'tenants', BILLING_TABLE: 'billing' };
const account = {
  ...authorizer,
  USAGE_TABLE: 'usage',
  ROLLUPS_TABLE: 'rollups',
  LIMITS_TABLE: 'limits',
  PLAN_LIMITS: '{}',
  MAAS_STAGE: 'dev',
  AUDIT_TABLE: 'audit',
  KEY_ENVIRONMENT: 'test',
};
const control = {
  ...account,
  CATALOG_TABLE: 'catalog',
  ARTIFACTS_BUCKET: 'artifacts',
  VALIDATE_FUNCTION: 'validate',
  USAGE_PLANS: '{"free":"p1"}',
  TENANT_API_ID: 'api123',
  TENANT_API_STAGE: 'dev',
  EXPORTS_TABLE: 'exports',
  EXPORT_FUNCTION: 'export',
  EXPORT_SECRETS: '{}',
  LEDGER_BUCKET: 'ledger',
  FOCUS_FUNCTION: 'focus',
  RECONCILE_FUNCTION: 'reconcile',
  RECONCILIATIONS_TABLE: 'reconciliations',
  SPILLWAY_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/spillway',
  SPILLWAY_DEAD_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/spillway-dead',
};

/** As its folder on Lambda is: with the fonts beside the bundle. */
const taskRoot = mkdtempSync(join(tmpdir(), 'maas-task-'));
const invoicePdf = {
  TENANTS_TABLE: 'tenants',
  BILLING_TABLE: 'billing',
  ROLLUPS_TABLE: 'rollups',
  MAAS_STAGE: 'dev',
  LAMBDA_TASK_ROOT: taskRoot,
};

let dynamo: TestDynamoDB;
beforeAll(async () => {
  dynamo = await startDynamoDB();
  for (const cut of ['Regular', 'Bold']) {
    const name = `OpenSans-${cut}.ttf`;
    cpSync(`node_modules/open-sans-fonts/open-sans/${cut}/${name}`, join(taskRoot, 'fonts', name));
  }
});
beforeEach(() => vi.resetModules());
afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(taskRoot, { recursive: true });
  await dynamo.stop();
});

/** Gives the process these variables, those of Lambda, and none of another function. */
function environment(variables: Variables): void {
  vi.unstubAllEnvs();
  const lambda = {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries({ ...lambda, ...variables })) vi.stubEnv(name, value);
}

test('control works with its environment', async () => {
  environment(control);
  const { handler } = await import('../../functions/control/handler.ts');
  const { statusCode, body } = await handler(proxyEvent('GET', '/tenants', {}), lambdaContext({}));
  expect([statusCode, body]).toEqual([200, '{"tenants":[]}']);
});

test('account works with its environment', async () => {
  environment(account);
  const { handler } = await import('../../functions/account/handler.ts');
  const caller = { tenant: 'nobody', plan: 'free', keyId: 'AAAAAAAAAA' };
  const { statusCode, body } = await handler(proxyEvent('GET', '/keys', { caller }), lambdaContext({}));
  // Whoever it is, the tables were asked.
  expect([statusCode, JSON.parse(body).detail]).toEqual([404, 'there is no tenant "nobody"']);
});

test('invoice-pdf works with its environment, and finds on either API whose invoice is asked for', async () => {
  environment({ ...invoicePdf, SELLER: '{"name":"Model Works","lines":[]}' });
  const { handler } = await import('../../functions/invoice-pdf/handler.ts');
  const params = { tenant: 'nobody', invoice: '2026-11-1' };
  const caller = { tenant: 'someone', plan: 'free', keyId: 'AAAAAAAAAA' };
  const details = [
    await handler(proxyEvent('GET', '/invoices/{invoice}/pdf', { caller, params }), lambdaContext({})),
    await handler(proxyEvent('GET', '/tenants/{tenant}/invoices/{invoice}/pdf', { params }), lambdaContext({})),
  ].map(({ statusCode, body }) => [statusCode, JSON.parse(body).detail]);
  expect(details).toEqual([
    [404, 'there is no tenant "someone"'],
    [404, 'there is no tenant "nobody"'],
  ]);
  vi.resetModules();
  environment({ ...invoicePdf, SELLER: '{"name":""}' });
  await expect(import('../../functions/invoice-pdf/handler.ts')).rejects.toThrow();
});

test('the authorizer works with its environment', async () => {
  environment(authorizer);
  const { handler } = await import('../../functions/authorizer/handler.ts');
  const event = {
    ...proxyEvent('GET', '/v2', { headers: { 'x-api-key': 'junk' } }),
    methodArn: 'arn:aws:execute-api:eu-west-1:000000000000:api123/dev/GET/v2',
  } as unknown as APIGatewayRequestAuthorizerEvent;
  expect(await handler(event)).toMatchObject({ principalId: 'nobody' });
});

test.each<[string, Variables, () => Promise<unknown>]>([
  ['control', control, () => import('../../functions/control/handler.ts')],
  ['account', account, () => import('../../functions/account/handler.ts')],
  ['authorizer', authorizer, () => import('../../functions/authorizer/handler.ts')],
  ['invoice-pdf', invoicePdf, () => import('../../functions/invoice-pdf/handler.ts')],
])('%s does not start without one of its variables, and names it', async (_, variables, start) => {
  for (const name of Object.keys(variables)) {
    vi.resetModules();
    environment({ ...variables, [name]: '' });
    await expect(start()).rejects.toThrow(`the environment variable ${name} is not set`);
  }
});

test('control does not start with an environment for keys that is none', async () => {
  environment({ ...control, KEY_ENVIRONMENT: 'prod' });
  await expect(import('../../functions/control/handler.ts')).rejects.toThrow('it must be live or test');
});

test('control takes the GPU endpoints of its stage, and does not start with what are none', async () => {
  const multiModel = { endpoint: 'maas-dev-multi-model', instanceType: 'ml.g5.xlarge' };
  environment({ ...control, GPU_ENDPOINTS: JSON.stringify({ models: {}, multiModel }) });
  await import('../../functions/control/handler.ts');
  for (const wrong of [
    '',
    '{',
    '{}',
    JSON.stringify({ models: {}, multiModel: { endpoint: 'e', instanceType: 'mine' } }),
  ]) {
    vi.resetModules();
    environment({ ...control, GPU_ENDPOINTS: wrong });
    await expect(import('../../functions/control/handler.ts'), wrong).rejects.toThrow();
  }
});

test('stripe-webhook works with its environment', async () => {
  environment({ EXPORTS_TABLE: 'exports', WEBHOOK_SECRET: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:s' });
  const { handler } = await import('../../functions/stripe-webhook/handler.ts');
  const { statusCode, body } = await handler(proxyEvent('POST', '/webhooks/stripe', { body: {} }), lambdaContext({}));
  expect([statusCode, body]).toEqual([400, expect.stringContaining('signed')]);
});
