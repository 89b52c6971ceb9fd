import { FlushStageAuthorizersCacheCommand } from '@aws-sdk/client-api-gateway';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import { authorizer, custom, restApiStack } from './rest-api-template.ts';
import { RawPayload, type RunningGateway, startGateway, type TestEvent, type TestFunction } from './start-gateway.ts';

const allow = (resource: unknown, more: object = {}) => ({
  principalId: 'someone',
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource }],
  },
  ...more,
});

/** The context that the function behind the authorizer sees. */
const context: TestFunction = ({ requestContext }) => ({ body: JSON.stringify(requestContext.authorizer) });

let nowMs = Date.UTC(2026, 0, 1);

const start = (
  answer: TestFunction,
  source = 'method.request.header.x-key',
  ttlSeconds = 60,
): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      methods: { 'GET /a/{x}': custom(), 'POST /a/{x}': custom(), 'GET /b': custom() },
      functions: ['Function', 'Authorizer'],
      more: { TheAuthorizer: authorizer(source, ttlSeconds) },
    }),
    functions: { Function: context, Authorizer: answer },
    now: () => nowMs,
  });

const get = (gateway: RunningGateway, path: string, key = 'k1', init: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { ...init, headers: { 'x-key': key } });

describe('a REQUEST authorizer', () => {
  test('gets the request and the ARN of the method, and its context reaches the function as texts', async () => {
    const gateway = await start(({ methodArn }) =>
      allow(methodArn, { context: { tenant: 't', n: 1, b: true, gone: null } }),
    );
    const response = await get(gateway, '/a/1/?q=1');
    expect(await response.json()).toEqual({
      tenant: 't',
      n: '1',
      b: 'true',
      principalId: 'someone',
      integrationLatency: 0,
    });
    const event = gateway.events['Authorizer']?.[0] as TestEvent;
    expect(event).toMatchObject({
      type: 'REQUEST',
      methodArn: `arn:aws:execute-api:eu-central-1:123456789012:${gateway.apiId}/live/GET/a/1`,
      resource: '/a/{x}',
      path: '/a/1/',
      httpMethod: 'GET',
      headers: { 'x-key': 'k1' },
      queryStringParameters: { q: '1' },
      pathParameters: { x: '1' },
      stageVariables: {},
      requestContext: { stage: 'live', resourcePath: '/a/{x}', apiId: gateway.apiId },
    });
    expect(event).not.toHaveProperty('body');
  });

  test('is asked once per identity for as long as its answer is kept', async () => {
    const gateway = await start(() => allow('*'));
    const asked = (): number => gateway.events['Authorizer']?.length ?? 0;
    for (const key of ['k1', 'k1', 'k2']) expect((await get(gateway, '/a/1', key)).status).toBe(200);
    expect(asked()).toBe(2);
    nowMs += 59_999;
    await get(gateway, '/b');
    expect(asked()).toBe(2);
    nowMs += 1;
    await get(gateway, '/b');
    expect(asked()).toBe(3);
  });

  test('is asked once by callers that come together', async () => {
    const gateway = await start(() => allow('*'));
    const responses = await Promise.all(Array.from({ length: 8 }, () => get(gateway, '/b')));
    expect(responses.every(({ ok }) => ok)).toBe(true);
    expect(gateway.events['Authorizer']).toHaveLength(1);
  });

  test('is asked each time without a time to live', async () => {
    const gateway = await start(() => allow('*'), 'method.request.header.x-key', 0);
    await get(gateway, '/b');
    await get(gateway, '/b');
    expect(gateway.events['Authorizer']).toHaveLength(2);
  });

  test('is asked again after the cache of its stage is flushed', async () => {
    const gateway = await start(() => allow('*'));
    await get(gateway, '/b');
    await gateway.client.send(new FlushStageAuthorizersCacheCommand({ restApiId: gateway.apiId, stageName: 'live' }));
    await get(gateway, '/b');
    expect(gateway.events['Authorizer']).toHaveLength(2);
    const unknown = new FlushStageAuthorizersCacheCommand({ restApiId: gateway.apiId, stageName: 'dead' });
    await expect(gateway.client.send(unknown)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('says for other methods too what its kept policy says', async () => {
    const gateway = await start(({ methodArn }) => allow([methodArn.replace(/GET.*/, '*/a/*')]));
    expect((await get(gateway, '/a/1')).status).toBe(200);
    expect((await get(gateway, '/a/2', 'k1', { method: 'POST' })).status).toBe(200);
    const denied = await get(gateway, '/b');
    expect([denied.status, await denied.json()]).toEqual([
      403,
      { Message: 'User is not authorized to access this resource' },
    ]);
    expect(denied.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
    expect(gateway.events['Authorizer']).toHaveLength(1);
  });

  test('denies by a policy, which a slash at the end does not get around', async () => {
    const gateway = await start(({ methodArn }) => ({
      principalId: 'someone',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'execute-api:Invoke', Resource: methodArn.replace(/GET.*/, 'GET/a/?') },
        ],
      },
    }));
    for (const path of ['/a/1', '/a/1/', '/a/1//']) {
      const response = await get(gateway, path);
      expect(response.status).toBe(403);
      expect(await response.json()).toEqual({
        Message: 'User is not authorized to access this resource with an explicit deny',
      });
    }
    expect((await get(gateway, '/a/12')).status).toBe(200);
  });

  test('without every identity source is not asked: 401', async () => {
    const gateway = await start(() => allow('*'), 'method.request.header.x-key, method.request.querystring.q');
    for (const [key, query] of [
      ['', '?q=1'],
      ['k', ''],
      ['k', '?q='],
    ] as const) {
      const response = await get(gateway, `/b${query}`, key);
      expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
    }
    expect((await fetch(`${gateway.url}/b?q=1`)).status).toBe(401);
    expect(gateway.events['Authorizer']).toEqual([]);
    expect((await get(gateway, '/b?q=1')).status).toBe(200);
  });

  test('that throws Unauthorized means 401, and is asked again next time', async () => {
    const gateway = await start(() => {
      throw new Error('Unauthorized');
    });
    expect((await get(gateway, '/b')).status).toBe(401);
    expect((await get(gateway, '/b')).status).toBe(401);
    expect(gateway.events['Authorizer']).toHaveLength(2);
  });

  test.each<[string, TestFunction, string]>([
    ['throws anything else', () => fail(new Error('secret')), 'AuthorizerFailureException'],
    ['is throttled', () => fail(new AwsError('TooManyRequestsException', 429, 'secret')), 'AuthorizerFailureException'],
    ['answers nothing', () => null, 'AuthorizerConfigurationException'],
    ['answers no JSON', () => new RawPayload('secret'), 'AuthorizerConfigurationException'],
    ['names no principal', () => ({ ...allow('*'), principalId: undefined }), 'AuthorizerConfigurationException'],
    ['gives no policy', () => ({ principalId: 'secret' }), 'AuthorizerConfigurationException'],
    [
      'puts an object into the context',
      () => allow('*', { context: { a: { b: 'secret' } } }),
      'AuthorizerConfigurationException',
    ],
    ['gives a policy that cannot be read', () => allow({ secret: 1 }), 'AuthorizerConfigurationException'],
  ])('that %s means 500 and tells the client nothing', async (_, answer, exception) => {
    const gateway = await start(answer);
    const response = await get(gateway, '/b');
    expect([response.status, await response.json()]).toEqual([500, { message: null }]);
    expect(response.headers.get('x-amzn-errortype')).toBe(exception);
    expect(gateway.logLines.join()).not.toContain('secret');
    expect(gateway.logLines).not.toEqual([]);
    expect(gateway.events['Function']).toEqual([]);
  });

  test('without a permission for the gateway is not asked: 500', async () => {
    const asked: string[] = [];
    const gateway = await startGateway({
      stack: restApiStack({
        methods: { 'GET /b': custom() },
        functions: ['Function', 'Authorizer'],
        more: { TheAuthorizer: authorizer('method.request.header.x-key', 60) },
      }),
      functions: { Function: context, Authorizer: () => allow('*') },
      lambda: { permits: ({ sourceArn }) => asked.push(sourceArn) === 0 },
    });
    expect((await get(gateway, '/b')).status).toBe(500);
    expect(asked).toEqual([
      expect.stringMatching(/^arn:aws:execute-api:eu-central-1:123456789012:\w{10}\/authorizers\/\w{6}$/),
    ]);
    expect(gateway.events['Authorizer']).toEqual([]);
  });
});

function fail(error: Error): never {
  throw error;
}
