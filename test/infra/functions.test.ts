import { describe, expect, it } from 'vitest';
import { connectionKinds } from '../../core/billing/export/connection-kinds.ts';
import { destinations } from '../../core/billing/export/destination.ts';
import { permissions, rolePermissions } from './permissions.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';

const dev = synthesize(settingsOf('dev'));
const prod = synthesize(settingsOf('prod'));

const inOrder = (a: string, b: string) => a.localeCompare(b);
const tracing = ['xray:PutTelemetryRecords *', 'xray:PutTraceSegments *'];
const log = (stack: string, name: string) => [
  `logs:CreateLogStream ${stack}/${name}/Log`,
  `logs:PutLogEvents ${stack}/${name}/Log`,
];
const endpoint = 'arn:aws:sagemaker:eu-central-1:<AWS::AccountId>:endpoint';
const viaDynamo = 'via dynamodb.eu-central-1.<AWS::URLSuffix>';
const viaSns = 'via sns.eu-central-1.<AWS::URLSuffix>';
const viaSqs = 'via sqs.eu-central-1.<AWS::URLSuffix>';
const viaSecrets = 'via secretsmanager.eu-central-1.<AWS::URLSuffix>';
const exportSecrets = destinations.flatMap((destination) =>
  (connectionKinds[destination]?.secrets ?? []).map((field) => `${destination}-${field}`),
);
const viaS3 = 'via s3.eu-central-1.<AWS::URLSuffix>';

describe.each([
  { stage: 'dev', synthesized: dev, gpuModels: [] },
  { stage: 'prod', synthesized: prod, gpuModels: ['resnet50', 'moderation'] },
])('in $stage', ({ synthesized, gpuModels }) => {
  it('predict reads the catalogue and artifacts, writes usage, and can do nothing else', () => {
    expect(permissions(synthesized, 'predict')).toEqual(
      [
        ...log('inference', 'predict'),
        ...tracing,
        'dynamodb:GetItem data/catalog',
        'dynamodb:Query data/catalog',
        'dynamodb:GetItem data/idempotency',
        'dynamodb:PutItem data/idempotency',
        'dynamodb:PutItem data/usage',
        'dynamodb:Query data/usage',
        'dynamodb:GetItem data/limits',
        'dynamodb:UpdateItem data/limits',
        'dynamodb:GetItem data/rollups',
        'dynamodb:Query data/rollups',
        'dynamodb:Query data/billing if {"dynamodb:LeadingKeys":["PRICE_BOOKS"]}',
        'sns:Publish data/Alerts/Topic',
        `kms:Decrypt data/Key ${viaSns}`,
        `kms:GenerateDataKey data/Key ${viaSns}`,
        'sqs:SendMessage metering/Spillway/Queue',
        `kms:Decrypt data/Key ${viaSqs}`,
        `kms:GenerateDataKey data/Key ${viaSqs}`,
        's3:GetObject data/Artifacts/sha256/*',
        `kms:Decrypt data/Key ${viaS3}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('close reads tenants and usage, writes rollups, and can do nothing else', () => {
    expect(permissions(synthesized, 'close')).toEqual(
      [
        ...log('metering', 'close'),
        ...tracing,
        'dynamodb:Scan data/tenants',
        'dynamodb:Query data/usage',
        ...['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action} data/rollups`),
        ...['Query', 'UpdateItem'].map((action) => `dynamodb:${action} data/exports`),
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('export reads usage and its own secrets, keeps the outbox, and can do nothing else', () => {
    expect(permissions(synthesized, 'export')).toEqual(
      [
        ...log('exports', 'export'),
        ...tracing,
        'dynamodb:GetItem data/tenants',
        'dynamodb:Query data/usage',
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/rollups`),
        ...['GetItem', 'PutItem', 'Query', 'UpdateItem', 'DeleteItem'].map(
          (action) => `dynamodb:${action} data/exports`,
        ),
        'dynamodb:Query data/billing',
        'aws-marketplace:BatchMeterUsage *',
        'dynamodb:Query data/exports/index/by-due',
        ...exportSecrets
          .filter((name) => name !== 'stripe-webhookSecret')
          .map((name) => `secretsmanager:GetSecretValue exports/Secrets/${name}`),
        `kms:Decrypt data/Key ${viaSecrets}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('exports run every five minutes, by a role that can run them and say that it could not', () => {
    const { Properties } = resource(synthesized.exports, 'AWS::Scheduler::Schedule', /Schedule/);
    expect(Properties).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', FlexibleTimeWindow: { Mode: 'OFF' } });
    expect(rolePermissions(synthesized, synthesized.exports, /ScheduleRole/)).toEqual(
      [
        'lambda:InvokeFunction exports/export/Function',
        'sqs:SendMessage exports/Dead',
        `kms:Decrypt data/Key ${viaSqs}`,
        `kms:GenerateDataKey data/Key ${viaSqs}`,
      ].sort(inOrder),
    );
  });

  it('an export that fails, stands still, is late or is refused calls somebody', () => {
    const alarms = resources(synthesized.exports, 'AWS::CloudWatch::Alarm').map(([, found]) => found.Properties);
    const names = alarms.map(({ MetricName, Namespace }) => `${Namespace} ${MetricName}`);
    expect(new Set(names)).toEqual(
      new Set([
        'AWS/Lambda Errors',
        'AWS/Lambda Invocations',
        'AWS/SQS ApproximateNumberOfMessagesVisible',
        'MaaS/Exports OldestPendingHours',
        'MaaS/Exports RejectedRows',
      ]),
    );
    const openMeter = { Name: 'destination', Value: 'openmeter' };
    const late = alarms.find(
      ({ MetricName, Dimensions }) =>
        MetricName === 'OldestPendingHours' && Dimensions.some(({ Value }: { Value: string }) => Value === 'openmeter'),
    );
    expect(late).toMatchObject({ Threshold: 24, Dimensions: expect.arrayContaining([openMeter]) });
  });

  it('stripe-webhook, which anybody can call, reads its signing secret, leaves notes, and can do nothing else', () => {
    expect(permissions(synthesized, 'stripe-webhook')).toEqual(
      [
        ...log('api', 'stripe-webhook'),
        ...tracing,
        'secretsmanager:GetSecretValue exports/Secrets/stripe-webhookSecret',
        'dynamodb:PutItem data/exports if {"dynamodb:LeadingKeys":["REPORTS#stripe"]}',
        `kms:Decrypt data/Key ${viaSecrets}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('spillway takes messages of its queue, writes usage, and can do nothing else', () => {
    expect(permissions(synthesized, 'spillway')).toEqual(
      [
        ...log('metering', 'spillway'),
        ...tracing,
        ...['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(
          (action) => `sqs:${action} metering/Spillway/Queue`,
        ),
        'dynamodb:PutItem data/usage',
        `kms:Decrypt data/Key ${viaSqs}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('reconcile reads three logs and usage, adds what voids it, keeps what it found, and can do nothing else', () => {
    const logs = [
      'api/TenantApiAccessLog',
      'inference/predict/Log',
      ...(gpuModels.length > 0 ? ['inference/predict-gpu/Log'] : []),
    ];
    expect(permissions(synthesized, 'reconcile')).toEqual(
      [
        ...log('reconciliation', 'reconcile'),
        ...tracing,
        ...logs.map((group) => `logs:FilterLogEvents ${group}`),
        'dynamodb:Scan data/tenants',
        'dynamodb:Query data/usage',
        'dynamodb:PutItem data/usage',
        'dynamodb:GetItem data/idempotency',
        'dynamodb:PutItem data/reconciliations',
        'dynamodb:Query data/reconciliations',
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('answers and usage are compared at twenty-five past, and whoever is on duty hears of drift and of runs that fail', () => {
    const { Properties } = resource(synthesized.reconciliation, 'AWS::Scheduler::Schedule', /Schedule/);
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(25 * * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } });
    expect(rolePermissions(synthesized, synthesized.reconciliation, /Run\/Role/)).toEqual(
      [
        'lambda:InvokeFunction reconciliation/reconcile/Function',
        'sqs:SendMessage reconciliation/Run/Dead',
        `kms:Decrypt data/Key ${viaSqs}`,
        `kms:GenerateDataKey data/Key ${viaSqs}`,
      ].sort(inOrder),
    );
    const alarms = resources(synthesized.reconciliation, 'AWS::CloudWatch::Alarm').map(([, found]) => found.Properties);
    expect(alarms.map(({ MetricName }) => MetricName).sort(inOrder)).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'Errors',
      'Invocations',
      'metering_drift_ppm',
    ]);
    expect(alarms.find(({ MetricName }) => MetricName === 'metering_drift_ppm')).toMatchObject({
      Namespace: 'MaaS/Metering',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
  });

  it('hours are closed at eleven past, by a role that can run the close and nothing else', () => {
    const { Properties } = resource(synthesized.metering, 'AWS::Scheduler::Schedule', /CloseSchedule/);
    expect(Properties).toMatchObject({ ScheduleExpression: 'cron(11 * * * ? *)', FlexibleTimeWindow: { Mode: 'OFF' } });
    expect(rolePermissions(synthesized, synthesized.metering, /CloseScheduleRole/)).toEqual([
      'lambda:InvokeFunction metering/close/Function',
    ]);
  });

  it('spilled usage is kept for two weeks under our key, and drains or calls somebody', () => {
    for (const [, { Properties }] of resources(synthesized.metering, 'AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, KmsMasterKeyId: expect.anything() });
    }
    const alarms = resources(synthesized.metering, 'AWS::CloudWatch::Alarm').map(([, found]) => found.Properties);
    expect(alarms.map(({ MetricName }) => MetricName).sort(inOrder)).toEqual([
      'ApproximateAgeOfOldestMessage',
      ...Array(3).fill('ApproximateNumberOfMessagesVisible'),
      'ArchiveLagHours',
      ...Array(3).fill('Errors'),
      ...Array(3).fill('Invocations'),
    ]);
  });

  it('archive writes and reads usage in the ledger, gives records their end, and can do nothing else', () => {
    expect(permissions(synthesized, 'archive')).toEqual(
      [
        ...log('metering', 'archive'),
        ...tracing,
        'dynamodb:Scan data/tenants',
        ...['Query', 'UpdateItem'].map((action) => `dynamodb:${action} data/usage`),
        ...['GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action} data/rollups`),
        ...['GetObject', 'PutObject'].map((action) => `s3:${action} data/Ledger/usage/*`),
        `kms:Decrypt data/Key ${viaS3}`,
        `kms:GenerateDataKey data/Key ${viaS3}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('those have room for files that write an hour or a month of them', () => {
    const room = [synthesized.metering, synthesized.exports, synthesized.reconciliation, synthesized.api]
      .flatMap((template) => resources(template, 'AWS::Lambda::Function'))
      .filter(([, { Properties }]) => Properties['EphemeralStorage'] !== undefined)
      .map(([, { Metadata, Properties }]) => [
        /([a-z-]+)\/Function\/Resource$/.exec(Metadata?.['aws:cdk:path'] ?? '')?.[1],
        Properties['EphemeralStorage'],
      ]);
    expect(Object.fromEntries(room)).toEqual({
      archive: { Size: 2048 },
      focus: { Size: 4096 },
      reconcile: { Size: 4096 },
    });
  });

  it('focus reads invoices, hours and links, writes its files, and can do nothing else', () => {
    expect(permissions(synthesized, 'focus')).toEqual(
      [
        ...log('metering', 'focus'),
        ...tracing,
        'dynamodb:Scan data/tenants',
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/billing`),
        'dynamodb:Query data/rollups',
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/exports`),
        's3:PutObject data/Exports/focus/*',
        `kms:Decrypt data/Key ${viaS3}`,
        `kms:GenerateDataKey data/Key ${viaS3}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('the sandbox for unproven models can write its log and nothing else', () => {
    expect(permissions(synthesized, 'validate')).toEqual(log('inference', 'validate'));
    const { Properties } = resource(synthesized.inference, 'AWS::Lambda::Function', /\/validate\//);
    expect(Properties.TracingConfig).toBeUndefined();
    expect(Properties.Environment.Variables).toEqual({
      MAAS_STAGE: expect.any(String),
      POWERTOOLS_SERVICE_NAME: 'validate',
    });
  });

  it('the authorizer reads one key, one tenant and which prices hold, notes when a key was used, and can do nothing else', () => {
    expect(permissions(synthesized, 'authorizer')).toEqual(
      [
        ...log('api', 'authorizer'),
        ...tracing,
        'dynamodb:GetItem data/keys',
        'dynamodb:GetItem data/tenants',
        'dynamodb:GetItem data/billing',
        'dynamodb:UpdateItem data/keys',
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('account reads tenants and usage, manages their keys, records that, and can do nothing else', () => {
    expect(permissions(synthesized, 'account')).toEqual(
      [
        ...log('api', 'account'),
        ...tracing,
        'dynamodb:GetItem data/tenants',
        ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action} data/keys`),
        'dynamodb:Query data/keys/index/by-tenant',
        'dynamodb:PutItem data/audit',
        'dynamodb:Query data/usage',
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/rollups`),
        'dynamodb:GetItem data/billing',
        'dynamodb:Query data/billing',
        'dynamodb:GetItem data/limits',
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('invoice-pdf reads invoices and what drafts are made of, and can do nothing else', () => {
    expect(permissions(synthesized, 'invoice-pdf')).toEqual(
      [
        ...log('api', 'invoice-pdf'),
        ...tracing,
        'dynamodb:GetItem data/tenants',
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/billing`),
        'dynamodb:Query data/rollups',
        `kms:Decrypt data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
  });

  it('purge removes tenants, their keys and their links, and none of what the books keep', () => {
    expect(permissions(synthesized, 'purge')).toEqual(
      [
        ...log('tenancy', 'purge'),
        ...tracing,
        ...['GetItem', 'PutItem', 'Scan', 'UpdateItem'].map((action) => `dynamodb:${action} data/tenants`),
        'dynamodb:Query data/keys/index/by-tenant',
        'dynamodb:DeleteItem data/keys',
        'dynamodb:PutItem data/audit',
        ...['Query', 'DeleteItem'].map((action) => `dynamodb:${action} data/exports`),
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/billing`),
        ...['GetItem', 'Query'].map((action) => `dynamodb:${action} data/rollups`),
        'dynamodb:Query data/usage',
        ...['Queue', 'Dead'].map((queue) => `sqs:GetQueueAttributes metering/Spillway/${queue}`),
        'apigateway:DELETE /apikeys/*',
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
      ].sort(inOrder),
    );
    const { Properties } = resource(synthesized.tenancy, 'AWS::Scheduler::Schedule', /Purge/);
    expect(Properties).toMatchObject({
      ScheduleExpression: 'cron(37 3 * * ? *)',
      Target: { DeadLetterConfig: { Arn: expect.anything() } },
    });
    expect(rolePermissions(synthesized, synthesized.tenancy, /Purge\/Role/)).toContain(
      'lambda:InvokeFunction tenancy/purge/Function',
    );
  });

  it('control manages tenants, keys and models, voids usage and closes it, and cannot read a native key', () => {
    const control = permissions(synthesized, 'control');
    expect(control).toEqual(
      [
        ...log('api', 'control'),
        ...tracing,
        ...['GetItem', 'PutItem', 'UpdateItem', 'Scan'].map((action) => `dynamodb:${action} data/tenants`),
        ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem'].map((action) => `dynamodb:${action} data/keys`),
        'dynamodb:Query data/keys/index/by-tenant',
        ...['PutItem data/audit', 'Query data/audit', 'Query data/audit/index/by-time'].map(
          (line) => `dynamodb:${line}`,
        ),
        ...['GetItem', 'PutItem', 'UpdateItem', 'Query'].map((action) => `dynamodb:${action} data/catalog`),
        ...['PutItem', 'Query'].map((action) => `dynamodb:${action} data/usage`),
        ...['Queue', 'Dead'].map((queue) => `sqs:GetQueueAttributes metering/Spillway/${queue}`),
        ...['GetItem', 'PutItem', 'UpdateItem', 'Query'].map((action) => `dynamodb:${action} data/rollups`),
        ...['GetItem', 'PutItem', 'UpdateItem', 'ConditionCheckItem', 'Query'].map(
          (action) => `dynamodb:${action} data/billing`,
        ),
        ...['GetItem', 'PutItem', 'UpdateItem'].map((action) => `dynamodb:${action} data/limits`),
        ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'].map(
          (action) => `dynamodb:${action} data/exports`,
        ),
        'dynamodb:Query data/exports/index/by-due',
        ...exportSecrets.map((name) => `secretsmanager:PutSecretValue exports/Secrets/${name}`),
        `kms:Decrypt data/Key ${viaSecrets}`,
        `kms:GenerateDataKey data/Key ${viaSecrets}`,
        'lambda:InvokeFunction exports/export/Function',
        's3:GetObject data/Artifacts/sha256/*',
        's3:PutObject data/Artifacts/sha256/*',
        's3:ListBucket data/Artifacts',
        's3:GetObject data/Ledger/usage/*',
        's3:ListBucket data/Ledger',
        `lambda:InvokeFunction arn:aws:lambda:eu-central-1:<AWS::AccountId>:function:maas-${synthesized === dev ? 'dev' : 'prod'}-focus`,
        `kms:Decrypt data/Key ${viaS3}`,
        `kms:GenerateDataKey data/Key ${viaS3}`,
        `kms:Decrypt data/Key ${viaDynamo}`,
        `kms:Encrypt data/Key ${viaDynamo}`,
        `kms:GenerateDataKey data/Key ${viaDynamo}`,
        'lambda:InvokeFunction inference/validate/Function',
        `lambda:InvokeFunction arn:aws:lambda:eu-central-1:<AWS::AccountId>:function:maas-${synthesized === dev ? 'dev' : 'prod'}-reconcile`,
        'dynamodb:GetItem data/reconciliations',
        'apigateway:POST /apikeys',
        'apigateway:PATCH /apikeys/*',
        'apigateway:DELETE /apikeys/*',
        ...['free', 'pro', 'enterprise'].flatMap((plan) => [
          `apigateway:POST /usageplans/api/TenantApi/Plan-${plan}/keys`,
          `apigateway:DELETE /usageplans/api/TenantApi/Plan-${plan}/keys/*`,
          `apigateway:GET /usageplans/api/TenantApi/Plan-${plan}`,
          `apigateway:GET /usageplans/api/TenantApi/Plan-${plan}/usage`,
          `apigateway:PATCH /usageplans/api/TenantApi/Plan-${plan}/keys/*/usage`,
        ]),
        ...gpuModels.map((model) => `sagemaker:DescribeEndpoint ${endpoint}/maas-prod-model-${model}`),
        `apigateway:DELETE /restapis/api/TenantApi/stages/api/TenantApi/DeploymentStage.${synthesized === dev ? 'dev' : 'prod'}/cache/authorizers`,
      ].sort(inOrder),
    );
    expect(control.some((line) => line.startsWith('apigateway:GET') && line.includes('keys'))).toBe(false);
  });

  it('every function has a role and a log group of its own, the current runtime, and no secret in its environment', () => {
    const functions = [synthesized.metering, synthesized.exports, synthesized.inference, synthesized.api].flatMap(
      (template) => resources(template, 'AWS::Lambda::Function').map(([, found]) => found.Properties),
    );
    const count = gpuModels.length > 0 ? 13 : 12;
    expect(functions).toHaveLength(count);
    expect(new Set(functions.map(({ Role }) => JSON.stringify(Role)))).toHaveLength(count);
    expect(new Set(functions.map(({ LoggingConfig }) => JSON.stringify(LoggingConfig)))).toHaveLength(count);
    for (const properties of functions) {
      expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['x86_64'], Handler: 'index.handler' });
    }
  });

  it('whatever stands behind an API has an end before the API gives up', () => {
    for (const template of [synthesized.inference, synthesized.api]) {
      for (const [, { Properties }] of resources(template, 'AWS::Lambda::Function')) {
        expect(Properties.Timeout).toBeLessThanOrEqual(29);
      }
    }
  });

  it('predict ends well before API Gateway gives up, also when its instance is new, so that no late answer is recorded', () => {
    const timeouts = resources(synthesized.inference, 'AWS::Lambda::Function')
      .filter(([id]) => /predict/i.test(id))
      .map(([, { Properties }]) => Properties.Timeout);
    expect(timeouts).toEqual(gpuModels.length > 0 ? [26, 26] : [26]);
  });

  it('only the functions that run models carry the native layer, and the one that asks endpoints a layer without ONNX Runtime', () => {
    const layers = new Map(
      resources(synthesized.inference, 'AWS::Lambda::LayerVersion').map(([id, { Properties }]) => [
        id,
        Properties.Description,
      ]),
    );
    const layered = [synthesized.inference, synthesized.api].flatMap((template) =>
      resources(template, 'AWS::Lambda::Function')
        .filter(([, { Properties }]) => Properties.Layers !== undefined)
        .map(([, { Properties }]) => [
          Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
          Properties.Layers.map(({ Ref }: { Ref: string }) => layers.get(Ref)),
        ]),
    );
    expect(Object.fromEntries(layered)).toEqual({
      predict: ['onnxruntime-node and sharp'],
      validate: ['onnxruntime-node and sharp'],
      ...(gpuModels.length > 0 ? { 'predict-gpu': ['sharp'] } : {}),
    });
  });
});

it('a new account can deploy dev, since only prod reserves concurrency', () => {
  const reserved = (name: 'dev' | 'prod') =>
    resources((name === 'dev' ? dev : prod).inference, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.ReservedConcurrentExecutions,
    );
  expect(reserved('dev')).toEqual([undefined, undefined]);
  expect(reserved('prod')).toEqual([200, 2, 100]);
});

it('control knows the plans, the tenant API and the kind of keys to mint', () => {
  const variables = resource(prod.api, 'AWS::Lambda::Function', /\/control\//).Properties.Environment.Variables;
  expect(variables).toMatchObject({ MAAS_STAGE: 'prod', KEY_ENVIRONMENT: 'live' });
  const plans = (variables.USAGE_PLANS['Fn::Join'][1] as unknown[])
    .map((part) => (typeof part === 'string' ? part : 'plan-id'))
    .join('');
  expect(JSON.parse(plans)).toEqual({ free: 'plan-id', pro: 'plan-id', enterprise: 'plan-id' });
});
