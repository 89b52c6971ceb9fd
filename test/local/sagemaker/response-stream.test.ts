import { InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { beforeAll, expect, test } from 'vitest';
import { Deployed } from './deployed.ts';

let cloud: Deployed;
beforeAll(async () => {
  let stop = async (): Promise<void> => undefined;
  cloud = await Deployed.start({}, (act) => {
    stop = act;
  });
  await cloud.serve('echo');
  return () => stop();
});

/** The parts of an answer, as text. */
async function streamed(ContentType: string, Body: string | Buffer = ''): Promise<string[]> {
  const command = new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'echo', Body, ContentType });
  const parts: string[] = [];
  for await (const { PayloadPart } of (await cloud.runtime.send(command)).Body ?? []) {
    parts.push(Buffer.from(PayloadPart?.Bytes ?? []).toString());
  }
  return parts;
}

test('what the container sends arrives in parts, whole and in order', async () => {
  expect((await streamed('test/stream')).join('')).toBe('one two three');
  const large = 'large '.repeat(100_000);
  expect((await streamed('text/plain', large)).join('')).toBe(large);
});

test('a refusal before the stream begins is an error of the call', async () => {
  await expect(streamed('test/status-400')).rejects.toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 });
});

test('a connection that breaks in the middle is an error in the stream', async () => {
  await expect(streamed('test/break')).rejects.toMatchObject({ name: 'ModelStreamError', ErrorCode: 'StreamBroken' });
  expect((await streamed('test/stream')).join('')).toBe('one two three');
});
