import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CredentialStore } from '../../../local/iam/credential-store.ts';

let dataDir = '';
const children: ChildProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'sqs-crash-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(dataDir, { recursive: true });
});

const start = async () => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'sqs-process.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const QueueUrl = String(line).trim();
  const { operator } = await CredentialStore.open(dataDir, '123456789012');
  const endpoint = new URL(QueueUrl).origin;
  const client = new SQSClient({ region: 'eu-central-1', endpoint, credentials: operator, maxAttempts: 1 });
  return { process: child, client, QueueUrl };
};

test('what was acknowledged survives kill -9, sent or deleted', async () => {
  const first = await start();
  const { QueueUrl } = first;
  const sent = new Set<string>();
  const unsure = new Set<string>();
  const deleted = new Set<string>();
  const sending = Array.from({ length: 8 }, async (_, sender) => {
    for (let turn = 0; ; turn++) {
      const MessageBody = `${sender}-${turn}`;
      unsure.add(MessageBody);
      try {
        await first.client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      } catch {
        return;
      }
      unsure.delete(MessageBody);
      sent.add(MessageBody);
      if (sent.size >= 100 && !first.process.killed) first.process.kill('SIGKILL');
    }
  });
  const deleting = (async () => {
    for (let turn = 0; turn < 5; turn++) {
      const received = await first.client.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, VisibilityTimeout: 0 }),
      );
      const [message] = received.Messages ?? [];
      if (message?.Body === undefined) continue;
      await first.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
      deleted.add(message.Body);
    }
  })().catch(() => undefined);
  await Promise.all([...sending, deleting]);
  first.client.destroy();

  const { client, QueueUrl: url } = await start();
  const found = new Set<string>();
  for (;;) {
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) break;
    for (const { Body = '' } of Messages) found.add(Body);
  }
  client.destroy();
  expect(deleted.size).toBeGreaterThan(0);
  for (const body of deleted) expect(found).not.toContain(body);
  // The last delete may have been on its way to the client.
  const lost = [...sent].filter((body) => !found.has(body) && !deleted.has(body));
  expect(lost.length).toBeLessThanOrEqual(1);
  for (const body of found) expect(sent.has(body) || unsure.has(body)).toBe(true);
});
