import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const region = 'eu-central-1';
const bucketName = 'cdk-assets';

/** Sends a message each time it is invoked; that it was scheduled is in its input. */
const producer = `
  import { SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
  const client = new SQSClient();
  export const handler = async ({ body }) => {
    await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: body }));
  };`;

/** Notes each message in a file. A message "hang" blocks it until a file of the name "released" is there. */
const consumer = `
  import { appendFileSync, existsSync } from 'node:fs';
  export const handler = async ({ Records }) => {
    for (const { body } of Records) {
      appendFileSync(process.env.NOTED + '.taken', body + '\\n');
      while (body === 'hang' && !existsSync(process.env.NOTED + '.released')) await new Promise((r) => setTimeout(r, 20));
      appendFileSync(process.env.NOTED + '.done', body + '\\n');
    }
  };`;

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const role = (service: string, Action: string | string[], Resource: object) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: policy({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: `${service}.amazonaws.com` },
    }),
    Policies: [{ PolicyName: 'may', PolicyDocument: policy({ Effect: 'Allow', Action, Resource }) }],
  },
});
const lambda = (name: string, Variables: object) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: bucketName, S3Key: `${name}.zip` },
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Timeout: 2,
    Role: arn(`${name}Role`),
    Environment: { Variables },
  },
});

/** A schedule that makes a function send to a queue, whose messages another function takes. */
const template = (noted: string) => ({
  Resources: {
    Dead: { Type: 'AWS::SQS::Queue' },
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 2,
        RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 10 },
      },
    },
    QueuePolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: policy({
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: arn('Queue'),
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      },
    },
    producerRole: role('lambda', 'sqs:SendMessage', arn('Queue')),
    producer: lambda('producer', { QUEUE_URL: { Ref: 'Queue' } }),
    consumerRole: role('lambda', ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], arn('Queue')),
    consumer: lambda('consumer', { NOTED: noted }),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: { EventSourceArn: arn('Queue'), FunctionName: { Ref: 'consumer' }, BatchSize: 1 },
    },
    ScheduleRole: role('scheduler', 'lambda:InvokeFunction', arn('producer')),
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 day)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: arn('producer'),
          RoleArn: arn('ScheduleRole'),
          Input: '{"body":"scheduled"}',
          RetryPolicy: { MaximumRetryAttempts: 3 },
        },
      },
    },
  },
  Outputs: { QueueUrl: { Value: { Ref: 'Queue' } } },
});

/**
 * Writes the assembly, its functions bundled with the real SDK, into a folder.
 * @param noted where the consumer notes what it does
 */
export async function writeQueueAssembly(folder: string, noted: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const files: Record<string, unknown> = {};
  for (const [name, contents] of Object.entries({ producer, consumer })) {
    await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      outfile: join(folder, `asset.${name}`, 'index.js'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      logLevel: 'silent',
    });
    const destinations = { main: { bucketName, objectKey: `${name}.zip` } };
    files[name] = { source: { path: `asset.${name}`, packaging: 'zip' }, destinations };
  }
  writeFileSync(join(folder, 'work.template.json'), JSON.stringify(template(noted)));
  writeFileSync(join(folder, 'work.assets.json'), JSON.stringify({ version: '55.0.0', files }));
  const artifacts = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'work.assets.json' } },
    work: {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${region}`,
      properties: { templateFile: 'work.template.json', stackName: 'work' },
      dependencies: ['assets'],
    },
  };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
}
