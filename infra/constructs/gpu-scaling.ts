import { CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Construct } from 'constructs';
import type { GpuEndpointSettings } from '../settings/stage-settings.ts';

/** What can be scaled: the instances of an endpoint's variant, or the copies of an inference component. */
const kinds = {
  variant: {
    scalableDimension: 'sagemaker:variant:DesiredInstanceCount',
    predefinedMetricType: 'SageMakerVariantConcurrentRequestsPerModelHighResolution',
  },
  component: {
    scalableDimension: 'sagemaker:inference-component:DesiredCopyCount',
    predefinedMetricType: 'SageMakerInferenceComponentConcurrentRequestsPerCopyHighResolution',
  },
} as const;

interface GpuScalingProps {
  readonly kind: keyof typeof kinds;
  /** `endpoint/<name>/variant/<name>` or `inference-component/<name>`. */
  readonly resourceId: string;
  readonly min: number;
  readonly max: number;
  readonly concurrentRequests: number;
  readonly night?: (NonNullable<GpuEndpointSettings['night']> & { readonly min: number }) | undefined;
}

/**
 * Keeps the requests that an instance holds at a number, by a metric that comes every 10 seconds. Starts quickly and ends slowly: an
 * instance takes minutes to start, and requests come in waves.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-add-code-define.html
 */
export class GpuScaling extends Construct {
  readonly target: CfnScalableTarget;

  constructor(scope: Construct, id: string, props: GpuScalingProps) {
    super(scope, id);
    const { kind, resourceId, min, max, night } = props;
    const { scalableDimension, predefinedMetricType } = kinds[kind];
    // At a full hour, UTC.
    const schedule = (hour: number) => `cron(0 ${hour} * * ? *)`;
    this.target = new CfnScalableTarget(this, 'Target', {
      serviceNamespace: 'sagemaker',
      scalableDimension,
      resourceId,
      minCapacity: min,
      maxCapacity: max,
      ...(night === undefined
        ? {}
        : {
            scheduledActions: [
              {
                scheduledActionName: 'night',
                schedule: schedule(night.fromHour),
                scalableTargetAction: { minCapacity: night.min, maxCapacity: max },
              },
              {
                scheduledActionName: 'day',
                schedule: schedule(night.toHour),
                scalableTargetAction: { minCapacity: min, maxCapacity: max },
              },
            ],
          }),
    });
    new CfnScalingPolicy(this, 'Policy', {
      policyName: 'concurrent-requests',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.attrId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType },
        targetValue: props.concurrentRequests,
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    });
  }
}
