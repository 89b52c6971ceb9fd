import type { CfnEndpoint } from 'aws-cdk-lib/aws-sagemaker';
import type { RollbackAlarms } from './rollback-alarms.ts';

/** How long the new fleet is watched, and then how long the old one waits to be needed again: long enough for alarms of three minutes. */
export const watchSeconds = 600;

/**
 * How a new configuration replaces the one that serves: a second fleet is started, takes a part of the requests, then all; the first alarm
 * sends everything back. The part is one instance, which SageMaker allows up to half of the fleet; of a single instance there is no half, so
 * that one takes everything at once and is watched as long.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green-canary.html
 */
export const gpuRollout = (instancesMin: number, { alarms }: RollbackAlarms): CfnEndpoint.DeploymentConfigProperty => ({
  blueGreenUpdatePolicy: {
    trafficRoutingConfiguration:
      instancesMin > 1
        ? { type: 'CANARY', canarySize: { type: 'INSTANCE_COUNT', value: 1 }, waitIntervalInSeconds: watchSeconds }
        : { type: 'ALL_AT_ONCE', waitIntervalInSeconds: watchSeconds },
    terminationWaitInSeconds: watchSeconds,
    maximumExecutionTimeoutInSeconds: 3_600,
  },
  autoRollbackConfiguration: { alarms },
});
