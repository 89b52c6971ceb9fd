import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { expect, onTestFinished, test } from 'vitest';
import { startCloud } from '../../../local/cloud.ts';

const region = 'eu-central-1';

test('what CDK renders for queues, mappings and schedules with all that is emulated can be created and works', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-cdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const noted = join(folder, 'noted');
  mkdirSync(join(folder, 'code'));
  writeFileSync(
    join(folder, 'code', 'index.js'),
    `exports.handler = async (event) => require('node:fs').appendFileSync(${JSON.stringify(noted)}, JSON.stringify(event) + '\\n');`,
  );
  appendFileSync(noted, '');

  const app = new App({ outdir: join(folder, 'cdk.out'), analyticsReporting: false });
  const stack = new Stack(app, 'work', { env: { account: '123456789012', region } });
  const encryptionMasterKey = new Key(stack, 'Key');
  const encryption = { encryption: QueueEncryption.KMS, encryptionMasterKey, enforceSSL: true };
  const deadLetterQueue = { queue: new Queue(stack, 'Dead', encryption), maxReceiveCount: 5 };
  const queue = new Queue(stack, 'Queue', {
    ...encryption,
    deadLetterQueue,
    visibilityTimeout: Duration.seconds(30),
    retentionPeriod: Duration.days(14),
    receiveMessageWaitTime: Duration.seconds(20),
  });
  const code = Code.fromAsset(join(folder, 'code'));
  const worker = new LambdaFunction(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code,
  });
  worker.addEventSource(
    new SqsEventSource(queue, {
      batchSize: 20,
      maxBatchingWindow: Duration.seconds(1),
      maxConcurrency: 2,
      reportBatchItemFailures: true,
    }),
  );
  const input = ScheduleTargetInput.fromObject({ scheduled: true });
  const target = new LambdaInvoke(worker, {
    input,
    deadLetterQueue: new Queue(stack, 'Missed', { enforceSSL: true, encryption: QueueEncryption.SQS_MANAGED }),
    retryAttempts: 2,
    maxEventAge: Duration.hours(1),
  });
  const schedule = ScheduleExpression.rate(Duration.days(1));
  new Schedule(stack, 'Schedule', { schedule, target, description: 'daily' });
  const cron = ScheduleExpression.cron({ minute: '20', hour: '2', timeZone: TimeZone.EUROPE_BERLIN });
  new Schedule(stack, 'Cron', { schedule: cron, target, scheduleGroup: new ScheduleGroup(stack, 'Group') });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  app.synth();

  const failures: string[] = [];
  const cloud = await startCloud({
    assembly: join(folder, 'cdk.out'),
    data: join(folder, 'data'),
    log: (line) => failures.push(line),
  });
  onTestFinished(() => cloud.stop());
  const QueueUrl = cloud.outputs['work']?.['QueueUrl'];
  const client = new SQSClient({ region, endpoint: cloud.endpoint, credentials: { ...cloud.operator } });
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'sent' }));
  const events = () => (existsSync(noted) ? readFileSync(noted, 'utf8') : '');
  await expect.poll(events, { timeout: 15_000 }).toContain('"body":"sent"');
  await expect.poll(events, { timeout: 15_000 }).toContain('{"scheduled":true}');
  expect(failures).toEqual([]);
});
