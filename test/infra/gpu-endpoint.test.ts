import { describe, expect, it } from 'vitest';
import { withEndpoint } from './gpu-stage.ts';
import { rolePermissions } from './permissions.ts';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';
import type { Json, Template } from './template.ts';

const prod = synthesize(settingsOf('prod'));
const only = (template: Template, type: string): Json => resource(template, type, /./).Properties;
const one = (endpoint: object): Template => synthesize(withEndpoint(endpoint)).gpu['resnet50'] as Template;
const inOrder = (a: string, b: string) => a.localeCompare(b);

const container = (log: string) => [
  ...['BatchCheckLayerAvailability', 'BatchGetImage', 'GetDownloadUrlForLayer'].map(
    (action) => `ecr:${action} arn:aws:ecr:eu-central-1:763104351884:repository/sagemaker-tritonserver`,
  ),
  'ecr:GetAuthorizationToken *',
  ...['CreateLogStream', 'DescribeLogStreams', 'PutLogEvents'].map((action) => `logs:${action} ${log}`),
  'cloudwatch:PutMetricData * if {"cloudwatch:namespace":["AWS/SageMaker","/aws/sagemaker/Endpoints","/aws/sagemaker/InferenceComponents"]}',
];
const archive =
  /^s3:GetObject arn:aws:s3:::cdk-hnb659fds-assets-\$\{AWS::AccountId\}-eu-central-1\/[0-9a-f]{64}\.tar\.gz$/;

describe('a GPU endpoint in prod', () => {
  const resnet50 = prod.gpu['resnet50'] as Template;
  const moderation = prod.gpu['moderation'] as Template;

  it('runs the model of its archive in AWS’s Triton container, cut off from the network', () => {
    expect(only(resnet50, 'AWS::SageMaker::Model')).toMatchObject({
      EnableNetworkIsolation: true,
      PrimaryContainer: {
        Image: '763104351884.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-tritonserver:25.09-py3',
        Environment: { SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: 'resnet50' },
        ModelDataUrl: {
          'Fn::Join': ['', ['s3://', expect.anything(), expect.stringMatching(/^\/[0-9a-f]{64}\.tar\.gz$/)]],
        },
      },
    });
  });

  it('has a role that reads this archive and nothing else, and that SageMaker takes for this account alone', () => {
    for (const [name, template] of Object.entries({ resnet50, moderation })) {
      const permissions = rolePermissions(prod, template, /\/Model\/Role\/DefaultPolicy/);
      const reads = permissions.filter((line) => line.startsWith('s3:'));
      expect(reads).toEqual([expect.stringMatching(archive)]);
      expect(permissions).toEqual([...container(`gpu-${name}/Gpu/Log`), ...reads].sort(inOrder));
      expect(only(template, 'AWS::IAM::Role').AssumeRolePolicyDocument.Statement).toEqual([
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Service: 'sagemaker.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
    }
  });

  it('reads another archive than every other model', () => {
    const read = [resnet50, moderation].map((template) =>
      rolePermissions(prod, template, /\/Model\/Role\/DefaultPolicy/).find((line) => line.startsWith('s3:')),
    );
    expect(new Set(read)).toHaveLength(2);
  });

  it('asks the manifest for its instance, on a machine image whose driver the container can use', () => {
    const variant = (template: Template) => only(template, 'AWS::SageMaker::EndpointConfig').ProductionVariants[0];
    expect(variant(resnet50)).toMatchObject({
      VariantName: 'live',
      InstanceType: 'ml.g5.xlarge',
      InferenceAmiVersion: 'al2023-ami-sagemaker-inference-gpu-4-1',
      InitialInstanceCount: 2,
      RoutingConfig: { RoutingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
      ContainerStartupHealthCheckTimeoutInSeconds: 600,
      ModelDataDownloadTimeoutInSeconds: 600,
    });
    expect(variant(moderation)).toMatchObject({ InstanceType: 'ml.g6.2xlarge', InitialInstanceCount: 1 });
  });

  it('is replaced by configuration, not changed: the endpoint has a name, its configuration and its model have none', () => {
    expect(only(resnet50, 'AWS::SageMaker::Endpoint')).toMatchObject({
      EndpointName: 'maas-prod-model-resnet50',
      EndpointConfigName: { 'Fn::GetAtt': [expect.stringMatching(/Config/), 'EndpointConfigName'] },
    });
    expect(only(resnet50, 'AWS::SageMaker::EndpointConfig').EndpointConfigName).toBeUndefined();
    expect(only(resnet50, 'AWS::SageMaker::Model').ModelName).toBeUndefined();
  });

  it('keeps no request, has no shadow and no key that SageMaker would refuse with disks that encrypt themselves', () => {
    const config = only(resnet50, 'AWS::SageMaker::EndpointConfig');
    expect(Object.keys(config)).toEqual(['ProductionVariants']);
  });

  it('writes a log of its own name, which ends like all others and goes with the endpoint', () => {
    const log = resource(resnet50, 'AWS::Logs::LogGroup', /./);
    expect(log).toMatchObject({
      Properties: { LogGroupName: '/aws/sagemaker/Endpoints/maas-prod-model-resnet50', RetentionInDays: 365 },
      DeletionPolicy: 'Delete',
    });
    const [logId] = resources(resnet50, 'AWS::Logs::LogGroup').map(([id]) => id);
    expect(resource(resnet50, 'AWS::SageMaker::Endpoint', /./).DependsOn).toContain(logId);
  });
});

describe('a new version of a model', () => {
  const template = prod.gpu['resnet50'] as Template;
  const endpoint = only(template, 'AWS::SageMaker::Endpoint');

  it('takes the requests of one instance first, and all after ten minutes', () => {
    expect(endpoint.DeploymentConfig.BlueGreenUpdatePolicy).toEqual({
      TrafficRoutingConfiguration: {
        Type: 'CANARY',
        CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 },
        WaitIntervalInSeconds: 600,
      },
      TerminationWaitInSeconds: 600,
      MaximumExecutionTimeoutInSeconds: 3600,
    });
  });

  it('takes all of them at once where one instance is all there is, and is watched as long', () => {
    const { DeploymentConfig } = only(prod.gpu['moderation'] as Template, 'AWS::SageMaker::Endpoint');
    expect(DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration).toEqual({
      Type: 'ALL_AT_ONCE',
      WaitIntervalInSeconds: 600,
    });
    expect(DeploymentConfig.AutoRollbackConfiguration.Alarms).toHaveLength(3);
  });

  it('is rolled back by alarms that exist: errors of the server, of the model, and slow answers', () => {
    const alarms = resources(template, 'AWS::CloudWatch::Alarm');
    expect(endpoint.DeploymentConfig.AutoRollbackConfiguration.Alarms).toEqual(
      alarms.map(([id]) => ({ AlarmName: { Ref: id } })),
    );
    const dimensions = [
      { Name: 'EndpointName', Value: 'maas-prod-model-resnet50' },
      { Name: 'VariantName', Value: 'live' },
    ];
    const watched = alarms.map(([, { Properties }]) => ({
      metric: Properties.MetricName ?? Properties.Metrics[1].MetricStat.Metric.MetricName,
      of: Properties.Dimensions ?? Properties.Metrics[1].MetricStat.Metric.Dimensions,
      statistic: Properties.ExtendedStatistic ?? Properties.Metrics[0].Expression,
      above: Properties.Threshold,
    }));
    expect(watched).toEqual([
      { metric: 'Invocation5XXErrors', of: dimensions, statistic: '100 * bad / all', above: 5 },
      { metric: 'InvocationModelErrors', of: dimensions, statistic: '100 * bad / all', above: 20 },
      { metric: 'ModelLatency', of: dimensions, statistic: 'p99', above: 2_000_000 },
    ]);
    for (const [, { Properties }] of alarms) {
      // Without requests there is nothing to roll back for.
      expect(Properties).toMatchObject({
        TreatMissingData: 'notBreaching',
        EvaluationPeriods: 3,
        DatapointsToAlarm: 2,
      });
    }
  });

  it('comes with as many instances as the old one has, but never with its capture of requests', () => {
    expect(endpoint).toMatchObject({
      RetainAllVariantProperties: true,
      ExcludeRetainedVariantProperties: [{ VariantPropertyType: 'DataCaptureConfig' }],
    });
  });
});

describe('scaling', () => {
  it('keeps the concurrent requests of an instance at the setting, starting faster than it ends', () => {
    const template = one({ concurrentRequests: 12 });
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual({
      ServiceNamespace: 'sagemaker',
      ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      ResourceId: 'endpoint/maas-dev-model-resnet50/variant/live',
      MinCapacity: 2,
      MaxCapacity: 4,
    });
    expect(
      only(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').TargetTrackingScalingPolicyConfiguration,
    ).toEqual({
      PredefinedMetricSpecification: {
        PredefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
      },
      TargetValue: 12,
      ScaleOutCooldown: 60,
      ScaleInCooldown: 300,
    });
  });

  it('waits for the endpoint, which has nothing to scale before', () => {
    const template = one({});
    const [endpoint] = resources(template, 'AWS::SageMaker::Endpoint').map(([id]) => id);
    expect(resource(template, 'AWS::ApplicationAutoScaling::ScalableTarget', /./).DependsOn).toContain(endpoint);
  });

  it('by night is content with one instance, and starts more with the load', () => {
    const { ScheduledActions } = only(
      one({ night: { fromHour: 22, toHour: 6 } }),
      'AWS::ApplicationAutoScaling::ScalableTarget',
    );
    expect(ScheduledActions).toEqual([
      {
        ScheduledActionName: 'night',
        Schedule: 'cron(0 22 * * ? *)',
        ScalableTargetAction: { MinCapacity: 1, MaxCapacity: 4 },
      },
      {
        ScheduledActionName: 'day',
        Schedule: 'cron(0 6 * * ? *)',
        ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 4 },
      },
    ]);
  });
});

describe('an endpoint that scales to zero', () => {
  const settings = withEndpoint({ scaleToZero: true });
  const synthesized = synthesize(settings);
  const template = synthesized.gpu['resnet50'] as Template;
  const component = only(template, 'AWS::SageMaker::InferenceComponent');

  it('has its model in an inference component that fills an instance, and instances that may all go', () => {
    expect(component).toMatchObject({
      InferenceComponentName: 'maas-dev-model-resnet50',
      EndpointName: 'maas-dev-model-resnet50',
      VariantName: 'live',
      Specification: {
        ModelName: { 'Fn::GetAtt': [expect.stringMatching(/Model/), 'ModelName'] },
        ComputeResourceRequirements: { NumberOfAcceleratorDevicesRequired: 1 },
      },
      RuntimeConfig: { CopyCount: 2 },
    });
    const config = only(template, 'AWS::SageMaker::EndpointConfig');
    expect(config).toMatchObject({
      EnableNetworkIsolation: true,
      ExecutionRoleArn: { 'Fn::GetAtt': [expect.stringMatching(/Role/), 'Arn'] },
    });
    expect(config.ProductionVariants[0].ModelName).toBeUndefined();
    // One more than the copies that serve, for the new copy of an update.
    expect(config.ProductionVariants[0].ManagedInstanceScaling).toEqual({
      Status: 'ENABLED',
      MinInstanceCount: 0,
      MaxInstanceCount: 5,
    });
  });

  it('asks for all four GPUs of an instance that has four', () => {
    const big = synthesize(settingsWithModel('linear-gpu')).gpu['linear-gpu'] as Template;
    expect(
      only(big, 'AWS::SageMaker::InferenceComponent').Specification.ComputeResourceRequirements
        .NumberOfAcceleratorDevicesRequired,
    ).toBe(4);
  });

  it('counts copies from none to the maximum, by the requests of each', () => {
    expect(only(template, 'AWS::ApplicationAutoScaling::ScalableTarget')).toEqual({
      ServiceNamespace: 'sagemaker',
      ScalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
      ResourceId: 'inference-component/maas-dev-model-resnet50',
      MinCapacity: 0,
      MaxCapacity: 4,
    });
    const policy = resource(template, 'AWS::ApplicationAutoScaling::ScalingPolicy', /Scaling\/Policy/).Properties;
    expect(policy.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification).toEqual({
      PredefinedMetricType: 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution',
    });
  });

  it('is woken by the first request that finds nobody', () => {
    const [policyId, { Properties: policy }] = resources(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').find(
      ([, { Properties }]) => Properties.PolicyType === 'StepScaling',
    ) as ReturnType<typeof resources>[number];
    expect(policy.StepScalingPolicyConfiguration).toMatchObject({
      AdjustmentType: 'ExactCapacity',
      StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 2 }],
    });
    expect(resource(template, 'AWS::CloudWatch::Alarm', /WakeUp/).Properties).toMatchObject({
      Namespace: 'AWS/SageMaker',
      MetricName: 'NoCapacityInvocationFailures',
      Dimensions: [{ Name: 'InferenceComponentName', Value: 'maas-dev-model-resnet50' }],
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      AlarmActions: [{ 'Fn::GetAtt': [policyId, 'Arn'] }],
    });
  });

  it('rolls a new model out copy by copy, and back by alarms of the component', () => {
    const rollback = resources(template, 'AWS::CloudWatch::Alarm').filter(([id]) => id.includes('Rollback'));
    expect(component.DeploymentConfig).toEqual({
      RollingUpdatePolicy: { MaximumBatchSize: { Type: 'COPY_COUNT', Value: 1 }, WaitIntervalInSeconds: 600 },
      AutoRollbackConfiguration: { Alarms: rollback.map(([id]) => ({ AlarmName: { Ref: id } })) },
    });
    expect(rollback).toHaveLength(3);
    expect(JSON.stringify(rollback)).toContain('"Name":"InferenceComponentName"');
  });

  it('with a night goes to zero only then', () => {
    const night = one({ scaleToZero: true, night: { fromHour: 20, toHour: 5 } });
    const target = only(night, 'AWS::ApplicationAutoScaling::ScalableTarget');
    expect(target.MinCapacity).toBe(2);
    expect(target.ScheduledActions.map((action: Json) => action['ScalableTargetAction'])).toEqual([
      { MinCapacity: 0, MaxCapacity: 4 },
      { MinCapacity: 2, MaxCapacity: 4 },
    ]);
  });

  it('may write the log of the component too', () => {
    const permissions = rolePermissions(synthesized, template, /\/Model\/Role\/DefaultPolicy/);
    expect(permissions).toContain('logs:PutLogEvents gpu-resnet50/Gpu/ComponentLog');
    expect(resource(template, 'AWS::Logs::LogGroup', /ComponentLog/).Properties.LogGroupName).toBe(
      '/aws/sagemaker/InferenceComponents/maas-dev-model-resnet50',
    );
  });
});

function settingsWithModel(name: string) {
  const settings = withEndpoint({ scaleToZero: true });
  const endpoint = settings.gpu?.models['resnet50'];
  if (endpoint === undefined) throw new Error('no endpoint');
  return { ...settings, gpu: { models: { [name]: endpoint } } };
}

describe('a shadow', () => {
  const synthesized = synthesize(withEndpoint({ shadow: 'moderation' }));
  const template = synthesized.gpu['resnet50'] as Template;

  it('is a second fleet behind the same endpoint, with its own model, instances and scaling', () => {
    const config = only(template, 'AWS::SageMaker::EndpointConfig');
    expect(config.ProductionVariants).toHaveLength(1);
    expect(config.ShadowProductionVariants).toEqual([
      expect.objectContaining({ VariantName: 'shadow', InstanceType: 'ml.g6.2xlarge', InitialInstanceCount: 2 }),
    ]);
    expect(
      resources(template, 'AWS::ApplicationAutoScaling::ScalableTarget').map(
        ([, found]) => found.Properties.ResourceId,
      ),
    ).toEqual(['live', 'shadow'].map((name) => `endpoint/maas-dev-model-resnet50/variant/${name}`));
  });

  it('has a role that cannot read the live model, nor the other way round', () => {
    const reads = (path: RegExp) =>
      rolePermissions(synthesized, template, path).filter((line) => line.startsWith('s3:'));
    const [live, shadow] = [reads(/\/Model\/Role\/DefaultPolicy/), reads(/\/Shadow\/Role\/DefaultPolicy/)];
    expect(live).toEqual([expect.stringMatching(archive)]);
    expect(shadow).toEqual([expect.stringMatching(archive)]);
    expect(live).not.toEqual(shadow);
  });
});

describe('capture of requests', () => {
  const synthesized = synthesize(withEndpoint({ dataCapturePercent: 5 }));
  const template = synthesized.gpu['resnet50'] as Template;

  it('keeps the share that was asked for, encrypted, below the model’s own prefix, and says so in a tag', () => {
    const config = only(template, 'AWS::SageMaker::EndpointConfig');
    expect(config.DataCaptureConfig).toMatchObject({
      EnableCapture: true,
      InitialSamplingPercentage: 5,
      CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
      KmsKeyId: expect.anything(),
    });
    expect(JSON.stringify(config.DataCaptureConfig.DestinationS3Uri)).toContain('/capture/resnet50');
    expect(config.Tags).toEqual([{ Key: 'maas:data-capture-percent', Value: '5' }]);
  });

  it('lets the role write there, and read nothing of it', () => {
    const permissions = rolePermissions(synthesized, template, /\/Model\/Role\/DefaultPolicy/);
    expect(permissions.filter((line) => /^(s3|kms):/.test(line))).toEqual([
      'kms:GenerateDataKey data/Key via s3.eu-central-1.<AWS::URLSuffix>',
      expect.stringMatching(archive),
      's3:PutObject data/Results/capture/resnet50/*',
    ]);
  });
});
