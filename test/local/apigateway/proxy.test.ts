import { request as httpRequest } from 'node:http';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import { integration, restApiStack } from './rest-api-template.ts';
import { RawPayload, type RunningGateway, startGateway, type TestFunction } from './start-gateway.ts';

const echo: TestFunction = (event) => ({ statusCode: 200, body: JSON.stringify(event) });

const start = (
  function_: TestFunction,
  more: Partial<Parameters<typeof restApiStack>[0]> = {},
): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      methods: { 'GET /models/{model}': {}, 'POST /models/{model}': {}, 'ANY /any/{proxy+}': {} },
      ...more,
    }),
    functions: { Function: function_ },
  });

describe('the event', () => {
  test('is that of a Lambda proxy integration, payload format 1.0', async () => {
    const { url, apiId } = await start(echo, { stage: { Variables: { table: 't1' } } });
    const response = await fetch(`${url}/models/re%40snet?a=1&a=2&b=x%20y+z&__proto__=1`, {
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    const event = (await response.json()) as APIGatewayProxyEvent;
    expect(event).toMatchObject({
      resource: '/models/{model}',
      path: '/models/re%40snet',
      httpMethod: 'GET',
      queryStringParameters: { a: '2', b: 'x y z' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y z'] },
      pathParameters: { model: 're%40snet' },
      stageVariables: { table: 't1' },
      body: null,
      isBase64Encoded: false,
    });
    expect(Object.keys(event.queryStringParameters ?? {})).toContain('__proto__');
    expect(event.requestContext).toMatchObject({
      accountId: '123456789012',
      apiId,
      domainName: '127.0.0.1',
      httpMethod: 'GET',
      path: '/live/models/re%40snet',
      protocol: 'HTTP/1.1',
      requestId: response.headers.get('x-amzn-requestid'),
      extendedRequestId: response.headers.get('x-amz-apigw-id'),
      resourcePath: '/models/{model}',
      stage: 'live',
    });
    expect(event.requestContext.requestTime).toMatch(/^\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} \+0000$/);
    expect(event.requestContext.authorizer).toBeUndefined();
    expect(event.requestContext.identity).toEqual({
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '127.0.0.1',
      user: null,
      userAgent: 'node',
      userArn: null,
    });
    expect(event.headers).toMatchObject({ 'X-Forwarded-For': '203.0.113.9, 127.0.0.1', 'X-Forwarded-Proto': 'http' });
    expect(event.headers['X-Amzn-Trace-Id']).toBe(response.headers.get('x-amzn-trace-id'));
    expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain('connection');
  });

  test('has the request id that the client chose, and an extended one that nobody chooses, as have the answers', async () => {
    const { url } = await start(echo);
    const chosen = { 'x-amzn-RequestId': '12345678', 'x-amz-apigw-id': 'mine' };
    const response = await fetch(`${url}/models/m`, { headers: chosen });
    const { requestContext } = (await response.json()) as APIGatewayProxyEvent;
    expect(requestContext).toMatchObject({
      requestId: '12345678',
      extendedRequestId: response.headers.get('x-amz-apigw-id'),
    });
    expect(requestContext.extendedRequestId).not.toBe('mine');
    const [refused, unnamed] = await Promise.all([
      fetch(`${url}/nowhere`, { headers: chosen }),
      fetch(`${url}/models/m`, { headers: { 'x-amzn-RequestId': '' } }),
    ]);
    expect([response, refused].map(({ headers }) => headers.get('x-amzn-requestid'))).toEqual(['12345678', '12345678']);
    expect(refused.headers.get('x-amz-apigw-id')).not.toBe(requestContext.extendedRequestId);
    expect(unnamed.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('on a custom domain has no stage in its path, and keeps a slash at the end', async () => {
    const { domainUrl } = await start(echo);
    const event = (await (await fetch(`${domainUrl}/models/m/`)).json()) as APIGatewayProxyEvent;
    expect(event).toMatchObject({
      resource: '/models/{model}',
      path: '/models/m/',
      requestContext: { path: '/models/m/' },
    });
  });

  test('has one header for all spellings of its name, the last value counting', async () => {
    const { domainUrl } = await start(echo);
    const event = await new Promise<APIGatewayProxyEvent>((resolve, reject) => {
      const headers = ['Host', 'x', 'X-Key', 'one', 'x-kEY', 'two', 'Transfer-Encoding', 'chunked'];
      const sent = httpRequest(`${domainUrl}/models/m`, { headers }, (response) => {
        response.setEncoding('utf8');
        let text = '';
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve(JSON.parse(text)));
      });
      sent.on('error', reject);
      sent.end();
    });
    expect(event.headers).toMatchObject({ 'X-Key': 'two' });
    expect(event.multiValueHeaders).toMatchObject({ 'X-Key': ['one', 'two'] });
    expect(event.headers).not.toHaveProperty('x-kEY');
    expect(event.headers).not.toHaveProperty('Transfer-Encoding');
  });

  test('carries text as text, and as base64 what the API calls binary', async () => {
    const { url } = await start(echo, { api: { BinaryMediaTypes: ['image/png'] } });
    const post = async (type: string, body: string): Promise<APIGatewayProxyEvent> =>
      (await fetch(`${url}/models/m`, { method: 'POST', headers: { 'content-type': type }, body })).json() as never;
    expect(await post('application/json', '{"ä": "\\u0000"}')).toMatchObject({
      body: '{"ä": "\\u0000"}',
      isBase64Encoded: false,
    });
    expect(await post('Image/PNG; q=1', 'ä')).toMatchObject({ body: 'w6Q=', isBase64Encoded: true });
  });

  test('takes a body that comes in chunks', async () => {
    const { url } = await start(echo);
    const body = new ReadableStream({
      start(controller) {
        for (const part of ['one ', 'two ', 'three']) controller.enqueue(new TextEncoder().encode(part));
        controller.close();
      },
    });
    const response = await fetch(`${url}/models/m`, { method: 'POST', body, duplex: 'half' } as RequestInit);
    expect(await response.json()).toMatchObject({ body: 'one two three' });
  });
});

describe('the answer', () => {
  test('is what the function said, in both forms of headers', async () => {
    const { url } = await start(() => ({
      statusCode: 201,
      headers: { 'X-One': 1, 'X-Both': 'lost', 'content-type': 'text/plain' },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'x-both': ['kept'] },
      body: 'käse',
    }));
    const response = await fetch(`${url}/models/m`);
    expect(response.status).toBe(201);
    expect(await response.text()).toBe('käse');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'x-one': '1',
      'x-both': 'kept',
      'content-type': 'text/plain',
      'content-length': '5',
    });
  });

  test('renames or drops the headers that belong to the gateway', async () => {
    const { url } = await start(() => ({
      headers: {
        'WWW-Authenticate': 'Basic',
        Server: 'mine',
        Connection: 'close',
        'Content-Length': '1',
        'Transfer-Encoding': 'chunked',
        Via: 'x',
        'x-amzn-RequestId': 'made up',
      },
      body: 'four',
    }));
    const response = await fetch(`${url}/models/m`);
    expect(await response.text()).toBe('four');
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'x-amzn-remapped-www-authenticate': 'Basic',
      'x-amzn-remapped-server': 'mine',
      'x-amzn-remapped-connection': 'close',
      'content-type': 'application/json',
    });
    for (const name of ['www-authenticate', 'server', 'via', 'transfer-encoding'])
      expect(headers).not.toHaveProperty(name);
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('and the question are the same bytes on the way there and back', async () => {
    const bytes = Uint8Array.from({ length: 70_003 }, (_, index) => (index * 7919) % 256);
    const back: TestFunction = ({ body }) => ({
      headers: { 'content-type': 'image/png' },
      body,
      isBase64Encoded: true,
    });
    const { url } = await start(back, { api: { BinaryMediaTypes: ['*/*'] } });
    for (const length of [0, 1, 2, 3, bytes.length]) {
      const response = await fetch(`${url}/models/m`, { method: 'POST', body: bytes.subarray(0, length) });
      expect(Buffer.compare(await response.bytes(), bytes.subarray(0, length))).toBe(0);
    }
  });

  test('stays base64 for a client whose first accepted type is not binary', async () => {
    const { url } = await start(() => ({ body: 'aGk=', isBase64Encoded: true }), {
      api: { BinaryMediaTypes: ['image/png'] },
    });
    const get = async (accept: string): Promise<string> =>
      (await fetch(`${url}/models/m`, { headers: { accept } })).text();
    expect(await get('image/webp, image/png')).toBe('aGk=');
    expect(await get('image/png;q=0.5, text/html')).toBe('hi');
  });

  test('to HEAD has no body, and HEAD is 403 where the API does not define it', async () => {
    const { url } = await start(() => ({ statusCode: 200, body: 'four' }));
    const head = await fetch(`${url}/any/thing`, { method: 'HEAD' });
    expect([head.status, await head.text(), head.headers.get('content-length')]).toEqual([200, '', '4']);
    expect((await fetch(`${url}/models/m`, { method: 'HEAD' })).status).toBe(403);
  });

  test('without content has none', async () => {
    const { url } = await start(() => ({ statusCode: 204 }));
    const response = await fetch(`${url}/models/m`);
    expect([response.status, await response.text()]).toEqual([204, '']);
  });
});

describe('what goes wrong behind the gateway', () => {
  test.each([
    ['no object', 'hi'],
    ['null', null],
    ['a member that proxy results do not have', { statusCode: 200, message: 'hi' }],
    ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
    ['a status beyond HTTP', { statusCode: 99 }],
    ['a header that is an object', { headers: { a: {} } }],
    ['a header that would split the answer', { headers: { a: 'b\r\nc: d' } }],
    ['a header name that cannot be sent', { headers: { 'a b': 'c' } }],
  ])('%s is 502 and says nothing', async (_, result) => {
    const { url, logLines } = await start(() => result);
    const response = await fetch(`${url}/models/m`);
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
    expect(logLines.join()).toContain('Malformed Lambda proxy response');
  });

  test('what is no JSON is 502, a missing status is 200', async () => {
    const { url } = await start(({ path }) =>
      path === '/any/raw' ? new RawPayload('{"statusCode":') : { body: 'fine' },
    );
    expect((await fetch(`${url}/any/raw`)).status).toBe(502);
    expect((await fetch(`${url}/any/other`)).status).toBe(200);
  });

  test('a thrown error is 502, and its text reaches neither client nor log', async () => {
    const { url, logLines } = await start(() => {
      throw new Error('secret');
    });
    const response = await fetch(`${url}/models/m`);
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(logLines.join()).not.toContain('secret');
  });

  test('a body that claims to be base64 and is not is 500', async () => {
    const { url } = await start(() => ({ body: 'not base64!', isBase64Encoded: true }), {
      api: { BinaryMediaTypes: ['*/*'] },
    });
    expect((await fetch(`${url}/models/m`)).status).toBe(500);
  });

  test('an invocation that Lambda refuses is 500', async () => {
    const { url } = await start(() => {
      throw new AwsError('TooManyRequestsException', 429, 'Rate Exceeded.');
    });
    const response = await fetch(`${url}/models/m`);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
  });

  test('a function without permission for the method is never asked, 500', async () => {
    const asked: unknown[] = [];
    const { url, events, apiId } = await startGateway({
      stack: restApiStack({ methods: { 'GET /models/{model}': {} } }),
      functions: { Function: echo },
      lambda: { permits: (question) => asked.push(question) === 0 },
    });
    const response = await fetch(`${url}/models/m`);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
    expect(events['Function']).toEqual([]);
    expect(asked).toEqual([
      {
        functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:Function',
        principal: 'apigateway.amazonaws.com',
        sourceArn: `arn:aws:execute-api:eu-central-1:123456789012:${apiId}/live/GET/models/{model}`,
        sourceAccount: '123456789012',
      },
    ]);
  });

  test('no answer in time is 504', async () => {
    const { url } = await start(() => new Promise(() => undefined), {
      methods: { 'GET /slow': integration('Function', { TimeoutInMillis: 50 }) },
    });
    const response = await fetch(`${url}/slow`);
    expect([response.status, await response.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
  });
});

describe('a path or method that is not there', () => {
  test('is 403 Missing Authentication Token', async () => {
    const { url, endpointUrl } = await start(echo);
    for (const [method, path] of [
      ['GET', '/models'],
      ['DELETE', '/models/m'],
      ['GET', '/any'],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method });
      expect([response.status, await response.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
      expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
    }
    for (const path of ['', 'x', `x/y`, `/live/models/m`]) {
      const response = await fetch(`${endpointUrl}/_aws/execute-api/${path}`);
      expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    }
  });

  test('an API whose execute-api endpoint is off is only at its domain', async () => {
    const { url, domainUrl } = await start(echo, { api: { DisableExecuteApiEndpoint: true } });
    expect((await fetch(`${url}/models/m`)).status).toBe(403);
    expect((await fetch(`${domainUrl}/models/m`)).status).toBe(200);
  });
});

test('required parameters are checked by a request validator before the function is asked', async () => {
  const { url, events } = await start(echo, {
    methods: {
      'GET /checked': {
        RequestParameters: {
          'method.request.querystring.q': true,
          'method.request.header.X-Must': true,
          'method.request.header.x-may': false,
        },
        RequestValidatorId: { Ref: 'Validator' },
      },
    },
    more: {
      Validator: {
        Type: 'AWS::ApiGateway::RequestValidator',
        Properties: { RestApiId: { Ref: 'Api' }, ValidateRequestParameters: true },
      },
    },
  });
  const response = await fetch(`${url}/checked?q=%20`);
  expect([response.status, await response.json()]).toEqual([
    400,
    { message: 'Missing required request parameters: [q, X-Must]' },
  ]);
  expect(events['Function']).toEqual([]);
  expect((await fetch(`${url}/checked?q=1`, { headers: { 'x-must': '1' } })).status).toBe(200);
});
