import { CreateApiKeyCommand, CreateUsagePlanKeyCommand, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { expect, test } from 'vitest';
import { authorizer, custom, restApiStack, usagePlan } from './rest-api-template.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

const logGroup = 'arn:aws:logs:eu-central-1:123456789012:log-group:access';

const fields = {
  id: '$context.requestId',
  method: '$context.httpMethod',
  path: '$context.path',
  resource: '$context.resourcePath',
  status: '$context.status',
  bytes: '$context.responseLength',
  integration: '$context.integrationStatus $context.integration.status',
  agent: '$context.identity.userAgent',
  tenant: '$context.authorizer.tenant',
  key: '$context.identity.apiKey',
  error: '$context.error.responseType',
  time: '$context.requestTime',
  variable: '$stageVariables.v',
};

const start = (format: string, destination = logGroup): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      api: { ApiKeySourceType: 'AUTHORIZER' },
      methods: { 'GET /a': { ...custom(), ApiKeyRequired: true } },
      functions: ['Function', 'Authorizer'],
      stage: { AccessLogSetting: { DestinationArn: destination, Format: format }, Variables: { v: 'one' } },
      more: { TheAuthorizer: authorizer('method.request.header.who', 60), Plan: usagePlan('plan', {}) },
    }),
    functions: {
      Function: () => ({ statusCode: 201, body: 'four' }),
      Authorizer: ({ headers }) => ({
        principalId: 'p',
        policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
        context: { tenant: 't"1' },
        usageIdentifierKey: headers['who'],
      }),
    },
    now: () => Date.UTC(2026, 10, 21, 22, 4, 5),
  });

const linesOf = ({ logLines }: RunningGateway): string[] =>
  logLines.filter((line) => line.startsWith('access: ')).map((line) => line.slice('access: '.length));

test('every request leaves one line, its values escaped and its secrets left out', async () => {
  const gateway = await start(JSON.stringify(fields));
  const value = 'a'.repeat(34).concat('secret');
  const { id: keyId } = await gateway.client.send(new CreateApiKeyCommand({ value, enabled: true }));
  const { items: plans = [] } = await gateway.client.send(new GetUsagePlansCommand({}));
  await gateway.client.send(new CreateUsagePlanKeyCommand({ usagePlanId: plans[0]?.id, keyId, keyType: 'API_KEY' }));

  const good = await fetch(`${gateway.url}/a?q=1`, { headers: { who: value, 'user-agent': 'a"b\\c' } });
  await fetch(`${gateway.url}/nowhere`, { headers: { 'user-agent': '' } });
  const [first = '', second = '', ...others] = linesOf(gateway);
  expect(others).toEqual([]);
  expect(JSON.parse(first)).toEqual({
    id: good.headers.get('x-amzn-requestid'),
    method: 'GET',
    path: '/live/a',
    resource: '/a',
    status: '201',
    bytes: '4',
    integration: '200 201',
    agent: 'a"b\\c',
    tenant: 't"1',
    key: '******secret',
    error: '-',
    time: '21/Nov/2026:22:04:05 +0000',
    variable: 'one',
  });
  expect(first).not.toContain(value);
  expect(JSON.parse(second)).toMatchObject({
    status: '403',
    path: '/live/nowhere',
    resource: '-',
    integration: '- -',
    tenant: '-',
    key: '-',
    error: 'MISSING_AUTHENTICATION_TOKEN',
  });
});

test('a format over several lines is written as one', async () => {
  const gateway = await start('{\n  "id": "$context.requestId",\n  "s": $context.status\n}');
  await fetch(`${gateway.url}/nowhere`);
  expect(linesOf(gateway)).toEqual([expect.stringMatching(/^\{ "id": "[0-9a-f-]{36}", "s": 403 \}$/)]);
});

test.each([
  ['without the request id', '{"status":$context.status}', logGroup, 'requestId'],
  ['over 3 KB', `$context.requestId${'x'.repeat(3_100)}`, logGroup, '3072 bytes'],
  [
    'to a place that is no log group',
    '$context.requestId',
    'arn:aws:firehose:eu-central-1:123456789012:deliverystream/x',
    'log group',
  ],
  ['with a directive', '#if(1)$context.requestId#end', logGroup, 'directive'],
])('an access log %s is an error at the start', async (_, format, destination, message) => {
  await expect(start(format, destination)).rejects.toThrow(message);
});
