import { CfnEndpoint, CfnInferenceComponent } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { GpuInstanceType } from '../../core/catalog/gpu-instance-types.ts';
import type { GpuEndpointSettings } from '../settings/stage-settings.ts';
import type { DataCapture } from './data-capture.ts';
import { EndpointConfig } from './endpoint-config.ts';
import type { EndpointLog } from './endpoint-log.ts';
import { watchSeconds } from './gpu-rollout.ts';
import { GpuScaling } from './gpu-scaling.ts';
import { modelVariant } from './model-variant.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import type { TritonModel } from './triton-model.ts';
import { WakeUp } from './wake-up.ts';

interface ZeroScalingEndpointProps {
  /** Also the name of the inference component, which every caller has to send. */
  readonly endpointName: string;
  readonly logs: readonly EndpointLog[];
  readonly model: TritonModel;
  readonly instanceType: GpuInstanceType;
  readonly instances: GpuEndpointSettings['instances'];
  readonly concurrentRequests: number;
  readonly night: GpuEndpointSettings['night'];
  readonly capture: DataCapture | undefined;
}

/**
 * An endpoint that has no instance when nobody asks. Only an inference component can be scaled to zero, so the model is one, with a copy on
 * each instance; SageMaker starts and ends instances for the copies.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
 */
export class ZeroScalingEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: ZeroScalingEndpointProps) {
    super(scope, id);
    const { endpointName, model, instanceType, instances, night } = props;
    const variantName = 'live';
    const config = new EndpointConfig(
      this,
      'Config',
      {
        executionRoleArn: model.role.roleArn,
        enableNetworkIsolation: true,
        productionVariants: [
          {
            ...modelVariant({ variantName, instanceType, instances: instances.min }),
            // One more than ever serve, for the copy that comes before another one goes when the model changes.
            managedInstanceScaling: { status: 'ENABLED', minInstanceCount: 0, maxInstanceCount: instances.max + 1 },
          },
        ],
      },
      props.capture,
    );
    // No deploymentConfig: this is only instances. What changes is the component, and that has its own way back.
    const endpoint = new CfnEndpoint(this, 'Endpoint', {
      endpointName,
      endpointConfigName: config.attrEndpointConfigName,
      retainAllVariantProperties: true,
      excludeRetainedVariantProperties: [{ variantPropertyType: 'DataCaptureConfig' }],
    });
    endpoint.node.addDependency(...props.logs);

    const { alarms } = new RollbackAlarms(this, 'Rollback', { dimensions: { InferenceComponentName: endpointName } });
    const component = new CfnInferenceComponent(this, 'Component', {
      inferenceComponentName: endpointName,
      endpointName,
      variantName,
      specification: {
        modelName: model.modelName,
        // All of an instance's GPUs, so that a copy is an instance; of the memory what is safe to ask for on the smallest one's 16 GiB.
        computeResourceRequirements: {
          numberOfAcceleratorDevicesRequired: instanceType.endsWith('.12xlarge') ? 4 : 1,
          minMemoryRequiredInMb: 8_192,
        },
        startupParameters: {
          containerStartupHealthCheckTimeoutInSeconds: 600,
          modelDataDownloadTimeoutInSeconds: 600,
        },
      },
      runtimeConfig: { copyCount: instances.min },
      deploymentConfig: {
        rollingUpdatePolicy: {
          maximumBatchSize: { type: 'COPY_COUNT', value: 1 },
          waitIntervalInSeconds: watchSeconds,
        },
        autoRollbackConfiguration: { alarms },
      },
    });
    component.node.addDependency(endpoint);

    const scaling = new GpuScaling(this, 'Scaling', {
      kind: 'component',
      resourceId: `inference-component/${endpointName}`,
      // Where there is a night, zero is for the night.
      min: night === undefined ? 0 : instances.min,
      max: instances.max,
      concurrentRequests: props.concurrentRequests,
      night: night === undefined ? undefined : { ...night, min: 0 },
    });
    scaling.node.addDependency(component);
    new WakeUp(this, 'WakeUp', {
      target: scaling.target,
      capacity: instances.min,
      metricName: 'NoCapacityInvocationFailures',
      dimensions: { InferenceComponentName: endpointName },
      statistic: 'Sum',
      description: 'Somebody asked for the model while it had no instance',
    });
  }
}
