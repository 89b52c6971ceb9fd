import { describe, expect, it } from 'vitest';
import { withEndpoint } from './gpu-stage.ts';
import { rolePermissions } from './permissions.ts';
import { resource, resources } from './resources.ts';
import { synthesize } from './synthesize.ts';
import type { Template } from './template.ts';

const synthesized = synthesize(withEndpoint({ asynchronous: true, concurrentRequests: 6 }));
const template = synthesized.gpu['resnet50'] as Template;
const asynchronous = (type: string, path = /Asynchronous/) => resource(template, type, path).Properties;

describe('an asynchronous endpoint', () => {
  it('is a second endpoint beside the one that answers at once', () => {
    const names = resources(template, 'AWS::SageMaker::Endpoint').map(([, { Properties }]) => Properties.EndpointName);
    expect(new Set(names)).toEqual(new Set(['maas-dev-async-resnet50', 'maas-dev-model-resnet50']));
  });

  it('puts answers and failures where only this model’s are, encrypted, and tells of both', () => {
    const { AsyncInferenceConfig: config } = asynchronous('AWS::SageMaker::EndpointConfig');
    expect(config.ClientConfig).toEqual({ MaxConcurrentInvocationsPerInstance: 6 });
    expect(JSON.stringify(config.OutputConfig.S3OutputPath)).toContain('/asynchronous/resnet50/outputs');
    expect(JSON.stringify(config.OutputConfig.S3FailurePath)).toContain('/asynchronous/resnet50/failures');
    expect(config.OutputConfig.KmsKeyId).toBeDefined();
    const topics = resources(template, 'AWS::SNS::Topic').map(([id]) => id);
    expect(config.OutputConfig.NotificationConfig).toEqual({
      SuccessTopic: { Ref: topics.find((id) => id.includes('Succeeded')) },
      ErrorTopic: { Ref: topics.find((id) => id.includes('Failed')) },
    });
  });

  it('has topics that are encrypted and refuse plain HTTP', () => {
    expect(resources(template, 'AWS::SNS::Topic')).toHaveLength(2);
    for (const [id, { Properties }] of resources(template, 'AWS::SNS::Topic')) {
      expect(Properties.KmsMasterKeyId).toBeDefined();
      const policy = resources(template, 'AWS::SNS::TopicPolicy').find(([, found]) =>
        JSON.stringify(found.Properties.Topics).includes(`"${id}"`),
      );
      expect(policy?.[1].Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sns:Publish',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      );
    }
  });

  it('has a role of its own, which reads its inputs and its archive and writes its answers', () => {
    const via = (service: string) => `data/Key via ${service}.eu-central-1.<AWS::URLSuffix>`;
    const permissions = rolePermissions(synthesized, template, /\/Asynchronous\/Model\/Role\/DefaultPolicy/);
    expect(permissions.filter((line) => /^(s3|kms|sns):/.test(line))).toEqual([
      `kms:Decrypt ${via('s3')}`,
      `kms:Decrypt ${via('sns')}`,
      `kms:GenerateDataKey ${via('s3')}`,
      `kms:GenerateDataKey ${via('sns')}`,
      expect.stringMatching(/^s3:GetObject arn:aws:s3:::.*\.tar\.gz$/),
      's3:GetObject data/Results/asynchronous/resnet50/inputs/*',
      's3:PutObject data/Results/asynchronous/resnet50/failures/*',
      's3:PutObject data/Results/asynchronous/resnet50/outputs/*',
      'sns:Publish gpu-resnet50/Gpu/Asynchronous/Failed',
      'sns:Publish gpu-resnet50/Gpu/Asynchronous/Succeeded',
    ]);
    expect(rolePermissions(synthesized, template, /Gpu\/Model\/Role\/DefaultPolicy/).join('\n')).not.toContain(
      'asynchronous',
    );
  });

  it('has no instance without work, one as soon as there is some, and more by what waits for each', () => {
    expect(asynchronous('AWS::ApplicationAutoScaling::ScalableTarget')).toMatchObject({
      ResourceId: 'endpoint/maas-dev-async-resnet50/variant/live',
      MinCapacity: 0,
      MaxCapacity: 4,
    });
    const backlog = asynchronous('AWS::ApplicationAutoScaling::ScalingPolicy', /Asynchronous\/Backlog/);
    expect(backlog.TargetTrackingScalingPolicyConfiguration).toMatchObject({
      CustomizedMetricSpecification: {
        Namespace: 'AWS/SageMaker',
        MetricName: 'ApproximateBacklogSizePerInstance',
        Dimensions: [{ Name: 'EndpointName', Value: 'maas-dev-async-resnet50' }],
        Statistic: 'Average',
      },
      TargetValue: 6,
    });
    expect(asynchronous('AWS::CloudWatch::Alarm', /Asynchronous\/WakeUp/)).toMatchObject({
      MetricName: 'HasBacklogWithoutCapacity',
      Dimensions: [{ Name: 'EndpointName', Value: 'maas-dev-async-resnet50' }],
      Threshold: 1,
    });
  });

  it('is rolled back by what is counted behind a queue, where nothing counts invocations', () => {
    const rollback = resources(template, 'AWS::CloudWatch::Alarm').filter(([id]) => /AsynchronousRollback/.test(id));
    expect(
      rollback.map(([, { Properties }]) =>
        Properties.Metrics.slice(1).map(
          ({ MetricStat }: { MetricStat: { Metric: { MetricName: string } } }) => MetricStat.Metric.MetricName,
        ),
      ),
    ).toEqual([
      ['Invocation5XXErrors', 'InvocationsProcessed'],
      ['InvocationFailures', 'InvocationsProcessed'],
    ]);
    expect(asynchronous('AWS::SageMaker::Endpoint').DeploymentConfig.AutoRollbackConfiguration.Alarms).toEqual(
      rollback.map(([id]) => ({ AlarmName: { Ref: id } })),
    );
  });
});
