import { expect, test } from 'vitest';
import { gatewayResponse, restApiStack } from './rest-api-template.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';

type More = NonNullable<Parameters<typeof restApiStack>[0]['more']>;

const start = (more: More): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      methods: { 'GET /here/{x}': { ApiKeyRequired: true }, 'GET /fails': {} },
      stage: { Variables: { help: 'https://example.com/"help"' } },
      more,
    }),
    functions: {
      Function: () => {
        throw new Error('no');
      },
    },
  });

test('a gateway response sets status, headers and body, with what it may substitute', async () => {
  const { url, apiId } = await start({
    Missing: gatewayResponse('MISSING_AUTHENTICATION_TOKEN', {
      StatusCode: '404',
      ResponseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.x-asked': 'method.request.header.x-ask',
        'gatewayresponse.header.x-query': 'method.request.querystring.q',
        'gatewayresponse.header.x-api': 'context.apiId',
        'gatewayresponse.header.x-help': 'stageVariables.help',
        'gatewayresponse.header.x-unsendable': 'method.request.querystring.u',
        'gatewayresponse.header.content-length': "'1'",
      },
      ResponseTemplates: {
        'application/json':
          '{"m":$context.error.messageString,"t":"$context.error.responseType","p":"$context.path","h":"$stageVariables.help","none":"$context.authorizer.x","cost":"5$"}',
      },
    }),
  });
  const response = await fetch(`${url}/nowhere?q=1&u=%E2%82%AC%0D%0Aa:b`, { headers: { 'X-Ask': 'me' } });
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    m: 'Missing Authentication Token',
    t: 'MISSING_AUTHENTICATION_TOKEN',
    p: '/live/nowhere',
    h: 'https://example.com/"help"',
    none: '',
    cost: '5$',
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/problem+json',
    'x-asked': 'me',
    'x-query': '1',
    'x-api': apiId,
    'x-help': 'https://example.com/"help"',
    'x-amzn-errortype': 'MissingAuthenticationTokenException',
  });
  expect(response.headers.has('x-unsendable')).toBe(false);
});

test('the defaults for 4XX and 5XX stand in for types that have no response of their own', async () => {
  const { url } = await start({
    Any4: gatewayResponse('DEFAULT_4XX', {
      ResponseTemplates: { 'application/json': '{"e":"$context.error.message"}' },
    }),
    Any5: gatewayResponse('DEFAULT_5XX', { StatusCode: '503' }),
    Key: gatewayResponse('INVALID_API_KEY', { StatusCode: '401' }),
  });
  const missing = await fetch(`${url}/nowhere`);
  expect([missing.status, await missing.json()]).toEqual([403, { e: 'Missing Authentication Token' }]);
  const key = await fetch(`${url}/here/1`);
  expect([key.status, await key.json()]).toEqual([401, { message: 'Forbidden' }]);
  const failed = await fetch(`${url}/fails`);
  expect([failed.status, await failed.json()]).toEqual([503, { message: 'Internal server error' }]);
});

test('the body follows what the client accepts, and is JSON otherwise', async () => {
  const { url } = await start({
    Missing: gatewayResponse('MISSING_AUTHENTICATION_TOKEN', {
      ResponseTemplates: { 'text/plain': 'no "$context.error.message"', 'application/json': '{}' },
    }),
  });
  const get = async (accept: string): Promise<[string | null, string]> => {
    const response = await fetch(`${url}/nowhere`, { headers: { accept } });
    return [response.headers.get('content-type'), await response.text()];
  };
  expect(await get('text/plain;q=1')).toEqual(['text/plain', 'no "Missing Authentication Token"']);
  expect(await get('*/*')).toEqual(['application/json', '{}']);
});

test('the 413 stays as AWS words it, since AWS does not let it be customized', async () => {
  const own = { StatusCode: '400', ResponseTemplates: { 'application/json': '{"mine":true}' } };
  const { url } = await startGateway({
    stack: restApiStack({
      methods: { 'POST /': {} },
      more: { Large: gatewayResponse('REQUEST_TOO_LARGE', own), Any: gatewayResponse('DEFAULT_4XX', own) },
    }),
    functions: { Function: () => ({}) },
  });
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(10 * 1024 * 1024 + 1) });
  expect([response.status, await response.json()]).toEqual([413, { message: 'Request Too Long' }]);
});

test.each([
  ['a Velocity directive', { 'application/json': '#set($x = 1){}' }, 'Velocity directive #set'],
  ['a condition', { 'application/json': '#if($context.stage)a#end' }, 'Velocity directive #if'],
  ['a variable of mapping templates', { 'application/json': '$input.body' }, '$input.body'],
  ['a function', { 'application/json': '$util.escapeJavaScript("x")' }, '$util.escapeJavaScript'],
])('a template with %s is an error at the start', async (_, ResponseTemplates, message) => {
  await expect(start({ Any: gatewayResponse('DEFAULT_4XX', { ResponseTemplates }) })).rejects.toThrow(message);
});

test.each([
  ['gatewayresponse.body.x', "'a'", 'gatewayresponse.body.x'],
  ['gatewayresponse.header.x', 'integration.response.header.x', 'integration.response.header.x'],
])('a mapping of %s to %s is an error at the start', async (name, value, message) => {
  await expect(
    start({ Any: gatewayResponse('DEFAULT_4XX', { ResponseParameters: { [name]: value } }) }),
  ).rejects.toThrow(message);
});
