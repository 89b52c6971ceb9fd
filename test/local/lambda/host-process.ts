// A local Lambda in a process of its own, for the test that kills it: one instance idle, one blocked. Prints their process ids.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLambda } from '../../../local/lambda/start-lambda.ts';

const [folder = ''] = process.argv.slice(2);
const region = 'eu-central-1';
const account = '123456789012';
const lambda = await startLambda({
  region,
  account,
  endpoint: () => 'http://127.0.0.1:1',
  data: join(folder, 'data'),
  log: { write: () => undefined },
  sessions: { open: () => ({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }), close: () => undefined },
  queueOf: () => {
    throw new Error('not part of this test');
  },
  report: () => undefined,
  asset: () => folder,
});
const type = lambda.resourceTypes.find(({ type }) => type === 'AWS::Lambda::Function');
const properties = type?.properties.parse({
  Code: { S3Bucket: 'assets', S3Key: 'code' },
  Handler: 'index.handler',
  Runtime: 'nodejs24.x',
  Role: 'role',
  Timeout: 60,
});
await type?.create({ stack: 's', logicalId: 'F', physicalId: 'f', region, account, properties });
const arn = `arn:aws:lambda:${region}:${account}:function:f`;
const invoke = async (event: object): Promise<number[]> =>
  JSON.parse((await lambda.invoke(arn, Buffer.from(JSON.stringify(event)))).payload.toString()) as number[];

const file = join(folder, 'blocked');
void invoke({ block: file });
const read = async (): Promise<number[]> => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as number[];
  } catch {
    await sleep(10);
    return read();
  }
};
const blocked = await read();
console.log(JSON.stringify([...blocked, ...(await invoke({}))]));
