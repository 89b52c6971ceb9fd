import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, type QueueAttributeName, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startCloud } from '../../../local/cloud.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { writeQueueAssembly } from './queue-assembly.ts';

const folder = mkdtempSync(join(tmpdir(), 'cloud-queue-'));
const assembly = join(folder, 'assembly');
const data = join(folder, 'data');
const noted = join(folder, 'noted');
beforeAll(() => writeQueueAssembly(assembly, noted));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lines = (what: 'taken' | 'done'): string[] =>
  existsSync(`${noted}.${what}`) ? readFileSync(`${noted}.${what}`, 'utf8').trim().split('\n') : [];

async function clientOf(QueueUrl: string): Promise<SQSClient> {
  const { operator } = await CredentialStore.open(data, '123456789012');
  const client = new SQSClient({ region: 'eu-central-1', endpoint: new URL(QueueUrl).origin, credentials: operator });
  onTestFinished(() => client.destroy());
  return client;
}

const AttributeNames: QueueAttributeName[] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];

/** Waits until every message is done with. */
const empty = (client: SQSClient, QueueUrl: string) =>
  expect
    .poll(async () => (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes)
    .toEqual({ ApproximateNumberOfMessages: '0', ApproximateNumberOfMessagesNotVisible: '0' });

test('a schedule makes a function send, another takes it; a message that is in flight at kill -9 is taken again', async () => {
  const script = join(import.meta.dirname, 'queue-process.ts');
  const child = spawn(process.execPath, [script, assembly, data], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const first = String(line).trim();
  await expect.poll(() => lines('done'), { timeout: 15_000 }).toEqual(['scheduled']);

  const client = await clientOf(first);
  await empty(client, first);
  await client.send(new SendMessageCommand({ QueueUrl: first, MessageBody: 'hang' }));
  await expect.poll(() => lines('taken'), { timeout: 10_000 }).toContain('hang');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(lines('done')).toEqual(['scheduled']);

  writeFileSync(`${noted}.released`, '');
  const failures: string[] = [];
  const cloud = await startCloud({ assembly, data, log: (text) => failures.push(text) });
  onTestFinished(() => cloud.stop());
  const QueueUrl = cloud.outputs['work']?.['QueueUrl'] ?? '';
  // A rate runs at each start.
  await expect
    .poll(() => [...lines('done')].sort((a, b) => a.localeCompare(b)), { timeout: 15_000 })
    .toEqual(['hang', 'scheduled', 'scheduled']);
  await empty(await clientOf(QueueUrl), QueueUrl);
  expect(failures).toEqual([]);
});
