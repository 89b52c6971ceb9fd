import { Duration } from 'aws-cdk-lib';
import { type CfnScalableTarget, CfnScalingPolicy } from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

interface WakeUpProps {
  readonly target: CfnScalableTarget;
  /** How many to start. */
  readonly capacity: number;
  /** A metric of SageMaker that is 1 or more when there is work and nobody to do it. */
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: 'Sum' | 'Average';
  readonly description: string;
}

/** Starts the first instances of what was scaled to zero. Target tracking cannot: its metrics are per instance, and there is none. */
export class WakeUp extends Construct {
  constructor(scope: Construct, id: string, props: WakeUpProps) {
    super(scope, id);
    const policy = new CfnScalingPolicy(this, 'Policy', {
      policyName: 'wake-up',
      policyType: 'StepScaling',
      scalingTargetId: props.target.attrId,
      stepScalingPolicyConfiguration: {
        // Exact, since the alarm goes on for the minutes that an instance takes to start, and each of them would add more.
        adjustmentType: 'ExactCapacity',
        stepAdjustments: [{ metricIntervalLowerBound: 0, scalingAdjustment: props.capacity }],
        metricAggregationType: 'Maximum',
        cooldown: 60,
      },
    });
    const alarm = new Alarm(this, 'Alarm', {
      metric: new Metric({
        namespace: 'AWS/SageMaker',
        metricName: props.metricName,
        dimensionsMap: props.dimensions,
        statistic: props.statistic,
        period: Duration.minutes(1),
      }),
      alarmDescription: props.description,
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: policy.attrArn }) });
  }
}
