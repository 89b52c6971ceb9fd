import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { account, Deployed, region } from './deployed.ts';

const code = 'exports.handler = async () => "here"';

/** Lets API Gateway invoke the function from one method, as a template of the CDK does for each. */
const permit = (cloud: Deployed, functionArn: string, method: string) =>
  cloud.create('AWS::Lambda::Permission', `ApiPermission${method}`, {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionArn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5/dev/GET/${method}`,
  });

test('permissions beyond the 20,480 bytes of a policy are refused as by Lambda, and those before them hold', async () => {
  const cloud = await Deployed.start();
  const arn = await cloud.function(code);
  const refusals: unknown[] = [];
  let held = 0;
  while (refusals.length === 0 && held < 200) {
    await permit(cloud, arn, `m${held}`).then(
      () => held++,
      (error: unknown) => refusals.push(error),
    );
  }
  expect(refusals).toEqual([
    expect.objectContaining({
      code: 'PolicyLengthExceededException',
      status: 400,
      message: expect.stringMatching(/^The final policy size \(20[4-9]\d\d\) is bigger than the limit \(20480\)\.$/),
    }),
  ]);
  // A statement of the CDK's for a method has some 300 bytes.
  expect(held).toBeGreaterThan(50);
  expect(held).toBeLessThan(90);
  const from = (method: string) => `arn:aws:execute-api:${region}:${account}:a1b2c3d4e5/dev/GET/${method}`;
  const permits = (method: string) =>
    cloud.lambda.permits({
      functionArn: arn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: from(method),
      sourceAccount: account,
    });
  expect([permits('m0'), permits(`m${held - 1}`), permits(`m${held}`)]).toEqual([true, true, false]);
});

test('variables of more than 4 KB are refused as by Lambda', async () => {
  const cloud = await Deployed.start();
  const variables = (bytes: number) => ({ Environment: { Variables: { A: 'x'.repeat(bytes - '{"A":""}'.length) } } });
  await cloud.function(code, variables(4096), 'fits');
  await expect(cloud.function(code, variables(4097), 'large')).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
    message: expect.stringContaining('the environment variables you have provided exceeded the 4KB limit'),
  });
});

test('more in the folder for temporary files than the function has storage ends as the write would that finds no space', async () => {
  const cloud = await Deployed.start();
  // Sparse, so that it takes no space here.
  const writing = `const { truncateSync, writeFileSync, rmSync } = require('node:fs');
exports.handler = async ({ mib }) => {
  const file = require('node:path').join(process.env.TMPDIR, 'big');
  writeFileSync(file, '');
  truncateSync(file, mib * 1024 * 1024);
  await new Promise((later) => setTimeout(later, 500));
  rmSync(file);
  return mib;
}`;
  const usual = await cloud.function(writing, {}, 'usual');
  const roomy = await cloud.function(writing, { EphemeralStorage: { Size: 1024 } }, 'roomy');
  const ended = {
    answer: { errorType: 'Error', errorMessage: expect.stringMatching(/^ENOSPC/) },
    functionError: 'Unhandled',
  };
  const answers = await Promise.all([
    cloud.invoke(usual, { mib: 513 }),
    cloud.invoke(usual, { mib: 512 }),
    cloud.invoke(roomy, { mib: 1024 }),
  ]);
  expect(answers).toEqual([ended, { answer: 512 }, { answer: 1024 }]);
  expect(await cloud.invoke(usual, { mib: 1 })).toEqual({ answer: 1 });
});

test('code and layers of more than 250 MiB together are refused as by Lambda', async () => {
  const cloud = await Deployed.start();
  const sparse = async (name: string, bytes: number) => {
    mkdirSync(join(cloud.data, name, 'nodejs'), { recursive: true });
    writeFileSync(join(cloud.data, name, 'nodejs/big.bin'), '');
    truncateSync(join(cloud.data, name, 'nodejs/big.bin'), bytes);
    return (await cloud.create('AWS::Lambda::LayerVersion', name, { Content: { S3Bucket: 'a', S3Key: name } })).ref;
  };
  const [half, rest] = [await sparse('half', 131_072_000), await sparse('rest', 131_072_000 - code.length)];
  expect(await cloud.function(code, { Layers: [half, rest] }, 'fits')).toContain(':fits');
  await expect(cloud.function(`${code};`, { Layers: [half, rest] }, 'large')).rejects.toMatchObject({
    code: 'InvalidParameterValueException',
    message:
      'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.',
  });
});
