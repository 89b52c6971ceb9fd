import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { unaffectingResource } from '../cloudformation/unaffecting-resource.ts';

const reason = 'there are no metrics here that could raise an alarm';
const named = z.strictObject({ AlarmName: z.string().optional() });
const actions = [
  'ActionConfiguration',
  'ActionsEnabled',
  'AlarmActions',
  'AlarmDescription',
  'InsufficientDataActions',
  'OKActions',
  'Tags',
];

const alarm = (type: string, properties: readonly string[]): ResourceType =>
  unaffectingResource({
    type,
    reason,
    named,
    properties: [...actions, ...properties],
    created: ({ properties: { AlarmName }, physicalId, region, account }) => {
      const name = AlarmName ?? physicalId;
      return { ref: name, attributes: { Arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` } };
    },
  });

/**
 * `AWS::CloudWatch::Alarm` and `CompositeAlarm`: `Ref` is the name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-alarm.html
 */
export const cloudwatchResourceTypes: readonly ResourceType[] = [
  alarm('AWS::CloudWatch::Alarm', [
    'ComparisonOperator',
    'DatapointsToAlarm',
    'Dimensions',
    'EvaluateLowSampleCountPercentile',
    'EvaluationCriteria',
    'EvaluationInterval',
    'EvaluationPeriods',
    'EvaluationWindow',
    'ExtendedStatistic',
    'MetricName',
    'Metrics',
    'Namespace',
    'Period',
    'Statistic',
    'Threshold',
    'ThresholdMetricId',
    'TreatMissingData',
    'Unit',
    'WarmUpConfiguration',
  ]),
  alarm('AWS::CloudWatch::CompositeAlarm', [
    'ActionsSuppressor',
    'ActionsSuppressorExtensionPeriod',
    'ActionsSuppressorWaitPeriod',
    'AlarmRule',
  ]),
];
