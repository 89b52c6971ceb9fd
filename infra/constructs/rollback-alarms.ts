import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';

/** SageMaker counts in microseconds. */
const latencyUsMax = 2_000_000;

interface RollbackAlarmsProps {
  /** What the metrics are of: an endpoint's variant, or an inference component. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Name of the endpoint if it is an asynchronous one, whose requests are counted where they leave the queue. */
  readonly queueOf?: string;
}

/**
 * The alarms that end a deployment and bring the old fleet back. Two minutes of three, so that one bad minute does not; and each for itself,
 * so that the event says which.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
 */
export class RollbackAlarms extends Construct {
  /** As CloudFormation's properties for deployments want them. */
  readonly alarms: { readonly alarmName: string }[];

  constructor(scope: Construct, id: string, { dimensions, queueOf }: RollbackAlarmsProps) {
    super(scope, id);
    const served = (name: string, statistic = 'Sum') => sagemakerMetric(name, dimensions, statistic);
    const alarm = (name: string, metric: IMetric, threshold: number, alarmDescription: string) =>
      new Alarm(this, name, {
        metric,
        threshold,
        alarmDescription,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 3,
        datapointsToAlarm: 2,
        // Nobody asked, so nothing failed.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });

    const queued = (name: string) => sagemakerMetric(name, { EndpointName: queueOf as string }, 'Sum');
    const all = queueOf === undefined ? served('Invocations') : queued('InvocationsProcessed');
    const failed = queueOf === undefined ? served('InvocationModelErrors') : queued('InvocationFailures');
    const alarms = [
      alarm(
        'ServerErrors',
        percent(served('Invocation5XXErrors'), all),
        5,
        'SageMaker or the container fails more than 5 % of the requests',
      ),
      // This counts what the model refuses, too, and a tenant who sends nonsense must not stop a deployment: hence a fifth.
      alarm('ModelErrors', percent(failed, all), 20, 'The model fails or refuses more than 20 % of the requests'),
    ];
    if (queueOf === undefined) {
      // A picture takes a GPU milliseconds, and autoscaling keeps the queue short: seconds are something else than load. What comes
      // through a queue may be large, and slow for good reasons.
      alarms.push(
        alarm('Latency', served('ModelLatency', 'p99'), latencyUsMax, 'The slowest 1 % of answers take over 2 seconds'),
      );
    }
    this.alarms = alarms.map(({ alarmName }) => ({ alarmName }));
  }
}

const sagemakerMetric = (
  metricName: string,
  dimensionsMap: Readonly<Record<string, string>>,
  statistic: string,
): Metric =>
  new Metric({ namespace: 'AWS/SageMaker', metricName, dimensionsMap, statistic, period: Duration.minutes(1) });

// Shares and not counts: a number that means nothing under load is an outage at night.
const percent = (bad: Metric, all: Metric): IMetric =>
  new MathExpression({
    expression: '100 * bad / all',
    usingMetrics: { bad, all },
    label: `${bad.metricName} in percent of ${all.metricName}`,
    period: Duration.minutes(1),
  });
