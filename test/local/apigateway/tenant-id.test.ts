import { expect, test } from 'vitest';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import { authorizer, custom, integration, restApiStack } from './rest-api-template.ts';
import { startGateway } from './start-gateway.ts';

const mapped = (source: string, header = 'X-Amz-Tenant-Id') =>
  integration('Function', { RequestParameters: { [`integration.request.header.${header}`]: source } });

/** A gateway, and what Lambda was told as the tenant of each invocation of the function. */
async function start(method: Readonly<Record<string, unknown>>) {
  const tenants: (string | undefined)[] = [];
  const gateway = await startGateway({
    stack: restApiStack({
      methods: { 'GET /a/{x}': { ...custom(), ...method } },
      functions: ['Function', 'Authorizer'],
      more: { TheAuthorizer: authorizer('method.request.header.x-key', 0) },
    }),
    functions: { Function: () => undefined, Authorizer: () => undefined },
    lambda: {
      permits: () => true,
      invoke: async (arn, payload, tenantId) => {
        const event = JSON.parse(payload.toString()) as { methodArn?: string; headers: Record<string, string> };
        if (arn.endsWith('Authorizer')) {
          const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }];
          const policyDocument = { Version: '2012-10-17', Statement };
          const tenant = event.headers['x-key'];
          const context = tenant === 'nobody' ? {} : { tenant };
          return { payload: Buffer.from(JSON.stringify({ principalId: 'p', policyDocument, context })) };
        }
        tenants.push(tenantId);
        if (tenantId === undefined) throw new AwsError('InvalidParameterValueException', 400, 'whose is it?');
        return { payload: Buffer.from('{"statusCode":200}') };
      },
    },
  });
  const get = async (key: string, more: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${gateway.url}/a/1`, { headers: { 'x-key': key, ...more } })).status;
  return { tenants, get };
}

test('an integration tells Lambda the tenant that the authorizer found, whatever the client says', async () => {
  const { tenants, get } = await start(mapped('context.authorizer.tenant'));
  expect(await get('blue')).toBe(200);
  expect(await get('green', { 'x-amz-tenant-id': 'blue' })).toBe(200);
  expect(tenants).toEqual(['blue', 'green']);
});

test('it can be mapped from the request or be a constant', async () => {
  const fromHeader = await start(mapped('method.request.header.x-tenant'));
  expect(await fromHeader.get('k', { 'x-tenant': 'red' })).toBe(200);
  expect(fromHeader.tenants).toEqual(['red']);
  const constant = await start(mapped("'all'"));
  expect(await constant.get('k')).toBe(200);
  expect(constant.tenants).toEqual(['all']);
});

test('what has no value is not sent, and Lambda refuses: 500', async () => {
  const { tenants, get } = await start(mapped('context.authorizer.tenant'));
  expect(await get('nobody')).toBe(500);
  expect(tenants).toEqual([undefined]);
});

test('no tenant is told without a mapping', async () => {
  const { tenants, get } = await start({});
  expect(await get('blue', { 'x-amz-tenant-id': 'blue' })).toBe(500);
  expect(tenants).toEqual([undefined]);
});

test('another header is an error at start', async () => {
  await expect(start(mapped("'Event'", 'X-Amz-Invocation-Type'))).rejects.toThrow(/X-Amz-Invocation-Type/);
});
