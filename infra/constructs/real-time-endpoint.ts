import { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import type { GpuInstanceType } from '../../core/catalog/gpu-instance-types.ts';
import type { GpuEndpointSettings } from '../settings/stage-settings.ts';
import type { DataCapture } from './data-capture.ts';
import { EndpointConfig } from './endpoint-config.ts';
import type { EndpointLog } from './endpoint-log.ts';
import { gpuRollout } from './gpu-rollout.ts';
import { GpuScaling } from './gpu-scaling.ts';
import { modelVariant } from './model-variant.ts';
import { RollbackAlarms } from './rollback-alarms.ts';
import type { TritonModel } from './triton-model.ts';

/** A model and the instances that it runs on. */
interface Fleet {
  readonly model: TritonModel;
  readonly instanceType: GpuInstanceType;
}

interface RealTimeEndpointProps {
  readonly endpointName: string;
  readonly log: EndpointLog;
  readonly live: Fleet;
  /** Gets a copy of every request; its answers are dropped. */
  readonly shadow?: Fleet | undefined;
  readonly instances: GpuEndpointSettings['instances'];
  readonly concurrentRequests: number;
  readonly night?: GpuEndpointSettings['night'];
  readonly capture?: DataCapture | undefined;
}

/** An endpoint that always has an instance: rolled out with the way back open, and scaled by the requests that wait. */
export class RealTimeEndpoint extends Construct {
  constructor(scope: Construct, id: string, props: RealTimeEndpointProps) {
    super(scope, id);
    const { endpointName, live, shadow, instances, night } = props;
    const variant = (variantName: string, { model: { modelName }, instanceType }: Fleet) =>
      modelVariant({ variantName, modelName, instanceType, instances: instances.min });
    const config = new EndpointConfig(
      this,
      'Config',
      {
        productionVariants: [variant('live', live)],
        ...(shadow === undefined ? {} : { shadowProductionVariants: [variant('shadow', shadow)] }),
      },
      props.capture,
    );
    const alarms = new RollbackAlarms(this, 'Rollback', {
      dimensions: { EndpointName: endpointName, VariantName: 'live' },
    });
    const endpoint = new CfnEndpoint(this, 'Endpoint', {
      endpointName,
      endpointConfigName: config.attrEndpointConfigName,
      deploymentConfig: gpuRollout(instances.min, alarms),
      // A new version comes with as many instances as the load has brought the old one to, not with the minimum. What is captured is what
      // the new configuration says, or switching it off would not.
      retainAllVariantProperties: true,
      excludeRetainedVariantProperties: [{ variantPropertyType: 'DataCaptureConfig' }],
    });
    endpoint.node.addDependency(props.log);

    for (const name of shadow === undefined ? ['live'] : ['live', 'shadow']) {
      const scaling = new GpuScaling(this, `Scaling-${name}`, {
        kind: 'variant',
        resourceId: `endpoint/${endpointName}/variant/${name}`,
        min: instances.min,
        max: instances.max,
        concurrentRequests: props.concurrentRequests,
        night: night === undefined ? undefined : { ...night, min: 1 },
      });
      scaling.node.addDependency(endpoint);
    }
  }
}
