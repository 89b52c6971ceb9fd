import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { account, Deployed, region } from './deployed.ts';

test('an instance has the documented environment and nothing of its parent', async () => {
  process.env['PARENT_SECRET'] = 'must not leak';
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async () => process.env', {
    Environment: { Variables: { TABLE: 'things', NUMBER: 7 } },
    MemorySize: 256,
  });
  const { answer } = await cloud.invoke<Record<string, string>>(arn);
  delete process.env['PARENT_SECRET'];
  expect(answer).toMatchObject({
    TABLE: 'things',
    NUMBER: '7',
    _HANDLER: 'index.handler',
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: 'echo',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/echo',
    AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    LAMBDA_TASK_ROOT: expect.stringMatching(/echo$/),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
  });
  const known = Object.keys(answer).filter((name) => !/^(AWS|LAMBDA)_/.test(name));
  expect(known.sort()).toEqual(
    [
      'HOME',
      'LANG',
      'LD_LIBRARY_PATH',
      'NODE_PATH',
      'NUMBER',
      'PATH',
      'TABLE',
      'TMPDIR',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
    ].sort(),
  );
});

test('each instance has credentials of its role, which end with it', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function('exports.handler = async () => process.env.AWS_ACCESS_KEY_ID', { Timeout: 1 });
  const { answer } = await cloud.invoke<string>(arn);
  expect(cloud.sessions.get(answer)).toBe(`arn:aws:iam::${account}:role/echo/echo`);
  await cloud.lambda.stop();
  expect(cloud.sessions.size).toBe(0);
});

test('the context says which invocation it is and how much time is left', async () => {
  const cloud = await Deployed.start();
  const code = 'exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })';
  const { answer } = await cloud.invoke<{ left: number }>(await cloud.function(code, { Timeout: 29, MemorySize: 256 }));
  expect(answer).toMatchObject({
    awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    invokedFunctionArn: `arn:aws:lambda:${region}:${account}:function:echo`,
    functionName: 'echo',
    functionVersion: '$LATEST',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/echo',
    callbackWaitsForEmptyEventLoop: true,
  });
  expect(answer.left).toBeGreaterThan(0);
  expect(answer.left).toBeLessThanOrEqual(29_000);
});

test('packages come from the layers, the later layer winning, and from nowhere else', async () => {
  const cloud = await Deployed.start();
  const layer = async (name: string, packages: Record<string, string>): Promise<string> => {
    for (const [id, code] of Object.entries(packages)) cloud.write(`${name}/nodejs/node_modules/${id}/index.js`, code);
    return (await cloud.create('AWS::Lambda::LayerVersion', name, { Content: { S3Bucket: 'assets', S3Key: name } }))
      .ref;
  };
  const first = await layer('first', { shared: 'module.exports = 1', only: 'module.exports = require("shared")' });
  const second = await layer('second', { shared: 'module.exports = 2' });
  // The project's own packages lie above the function's folder, as they do when an assembly is inside the project.
  cloud.write('node_modules/project-package/index.js', 'module.exports = 3');
  const code = `
    const found = (id) => { try { return require(id) } catch (error) { return error.code } };
    exports.handler = async () => [found('shared'), found('only'), found('project-package')]`;
  const arn = await cloud.function(code, { Layers: [first, second] });
  expect((await cloud.invoke(arn)).answer).toEqual([2, 2, 'MODULE_NOT_FOUND']);
});

test('each instance has a folder of its own for temporary files, gone when it ends', async () => {
  const cloud = await Deployed.start();
  const code = `exports.handler = async () => {
    const file = require('node:path').join(require('node:os').tmpdir(), 'held');
    require('node:fs').writeFileSync(file, '');
    return file;
  }`;
  const { answer } = await cloud.invoke<string>(await cloud.function(code));
  expect(answer.startsWith(cloud.data)).toBe(true);
  expect(existsSync(answer)).toBe(true);
  await cloud.lambda.stop();
  await vi.waitFor(() => expect(existsSync(answer)).toBe(false));
});

test('one function cannot take or answer the events of another', async () => {
  const cloud = await Deployed.start();
  const code = `exports.handler = async ({ path, method }) => {
    const host = process.env.AWS_LAMBDA_RUNTIME_API.split('/')[0];
    return (await fetch('http://' + host + path, { method })).status;
  }`;
  const arn = await cloud.function(code);
  const tries = [
    ['GET', '/2018-06-01/runtime/invocation/next'],
    ['GET', '/guess/2018-06-01/runtime/invocation/next'],
    ['POST', '/guess/2018-06-01/runtime/invocation/1/response'],
  ];
  for (const [method, path] of tries) expect((await cloud.invoke(arn, { method, path })).answer).toBe(403);
});

test('a package of ES modules above the code does not make ES modules of it', async () => {
  const cloud = await Deployed.start();
  cloud.write('package.json', '{"type":"module"}');
  cloud.write('echo/other.js', 'module.exports = 42;');
  const arn = await cloud.function("const other = require('./other.js');\nexports.handler = async () => other;");
  expect(await cloud.invoke(arn)).toMatchObject({ answer: 42 });
});
