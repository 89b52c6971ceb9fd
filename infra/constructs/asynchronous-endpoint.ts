import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { endpointName } from '../../core/engine/sagemaker/endpoint-name.ts';
import type { GpuModel } from '../models/gpu-model.ts';
import type { GpuEndpointSettings, StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { ArchivedModel } from './archived-model.ts';
import { EndpointConfig } from './endpoint-config.ts';
import { EndpointLog } from './endpoint-log.ts';
import { gpuRollout } from './gpu-rollout.ts';
import type { ModelArchiveAsset } from './model-archive-asset.ts';
import { modelVariant } from './model-variant.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import { WakeUp } from './wake-up.ts';

interface AsynchronousEndpointProps {
  readonly settings: StageSettings;
  readonly endpoint: GpuEndpointSettings;
  readonly model: GpuModel;
  readonly archive: ModelArchiveAsset;
  readonly data: DataStack;
}

/**
 * Serves a model from a queue, for inputs of up to 1 GB: callers put the input into the results bucket below `asynchronous/<model>/inputs/`
 * and find the answer below `outputs/` or what went wrong below `failures/`; the topics say when. Without work it has no instance.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference.html
 */
export class AsynchronousEndpoint extends Construct {
  constructor(scope: Construct, id: string, { settings, endpoint, model, archive, data }: AsynchronousEndpointProps) {
    super(scope, id);
    const { name, target } = model.manifest;
    const queue = endpointName.asynchronous(settings.name, name);
    const folder = (of: 'inputs' | 'outputs' | 'failures') => `asynchronous/${name}/${of}`;
    const topic = (topicId: string) => new Topic(this, topicId, { masterKey: data.key, enforceSSL: true });
    const succeeded = topic('Succeeded');
    const failed = topic('Failed');

    const log = new EndpointLog(this, 'Log', 'Endpoints', queue, settings);
    const { modelName, role } = new ArchivedModel(this, 'Model', model, archive, [log]);
    const named = 'Requests and answers get their names when they come; these are of this model alone.';
    role.allowObjects('s3:GetObject', data, 'results', `${folder('inputs')}/*`, named);
    role.allowObjects('s3:PutObject', data, 'results', `${folder('outputs')}/*`, named);
    role.allowObjects('s3:PutObject', data, 'results', `${folder('failures')}/*`, named);
    role.allow('sns:Publish', succeeded.topicArn);
    role.allow('sns:Publish', failed.topicArn);
    for (const service of ['s3', 'sns'] as const) {
      role.allowKey('kms:Decrypt', data.key, service);
      role.allowKey('kms:GenerateDataKey', data.key, service);
    }

    const variantName = 'live';
    const config = new EndpointConfig(this, 'Config', {
      productionVariants: [modelVariant({ variantName, modelName, instanceType: target.instanceType, instances: 1 })],
      asyncInferenceConfig: {
        clientConfig: { maxConcurrentInvocationsPerInstance: endpoint.concurrentRequests },
        outputConfig: {
          s3OutputPath: data.results.s3UrlForObject(folder('outputs')),
          s3FailurePath: data.results.s3UrlForObject(folder('failures')),
          kmsKeyId: data.key.keyArn,
          notificationConfig: { successTopic: succeeded.topicArn, errorTopic: failed.topicArn },
        },
      },
    });
    const alarms = new RollbackAlarms(this, 'Rollback', {
      dimensions: { EndpointName: queue, VariantName: variantName },
      queueOf: queue,
    });
    const served = new CfnEndpoint(this, 'Endpoint', {
      endpointName: queue,
      endpointConfigName: config.attrEndpointConfigName,
      deploymentConfig: gpuRollout(1, alarms),
      // Not the number of instances, which is 0 most of the time, and a new fleet has to show that it works.
      retainAllVariantProperties: false,
    });
    served.node.addDependency(log);

    const scalable = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'sagemaker',
      scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
      resourceId: `endpoint/${queue}/variant/${variantName}`,
      minCapacity: 0,
      maxCapacity: endpoint.instances.max,
    });
    scalable.node.addDependency(served);
    new CfnScalingPolicy(this, 'Backlog', {
      policyName: 'backlog',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: scalable.attrId,
      targetTrackingScalingPolicyConfiguration: {
        customizedMetricSpecification: {
          namespace: 'AWS/SageMaker',
          metricName: 'ApproximateBacklogSizePerInstance',
          dimensions: [{ name: 'EndpointName', value: queue }],
          statistic: 'Average',
        },
        targetValue: endpoint.concurrentRequests,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
    new WakeUp(this, 'WakeUp', {
      target: scalable,
      capacity: 1,
      metricName: 'HasBacklogWithoutCapacity',
      dimensions: { EndpointName: queue },
      statistic: 'Average',
      description: 'There is work in the queue and no instance',
    });
  }
}
