import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { scheduleExpression } from '../expression/schedule-expression.ts';
import { timeZone } from '../expression/time-zone.ts';
import type { Targets } from '../run-schedule.ts';
import type { Schedules } from '../schedules.ts';

const name = z.string().regex(/^[\w.-]{1,64}$/);
const date = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const properties = z.strictObject({
  Name: name.optional(),
  GroupName: name.default('default'),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  StartDate: date.optional(),
  EndDate: date.optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  FlexibleTimeWindow: z.strictObject({
    Mode: z.literal('OFF', { error: 'only OFF: schedules run on time here' }),
  }),
  Target: z.strictObject({
    Arn: z.string().regex(/^arn:aws:lambda:/, 'not a function: only those of Lambda are targets here'),
    RoleArn: z.string(),
    Input: z.string().max(262_144).optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  }),
});

/** What schedules need of their surroundings. */
export interface ScheduleSurroundings {
  readonly schedules: Schedules;
  readonly targets: Targets;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * `AWS::Scheduler::Schedule`: `Ref` is its name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html
 */
export const scheduleResource = ({
  schedules,
  targets,
  now,
}: ScheduleSurroundings): ResourceType<typeof properties> => ({
  type: 'AWS::Scheduler::Schedule',
  properties,
  noLocalEffect: {
    ActionAfterCompletion: 'a schedule that is over does nothing, whether it is deleted or not',
    Description: 'for people',
    KmsKeyArn: 'schedules are kept nowhere but in the template',
    'Target.RetryPolicy':
      'an event for a function is taken or refused for good here; how often the function runs that takes it is for Lambda to say',
  },
  create: async ({ properties: declared, physicalId, region, account }) => {
    const { Target, GroupName, ScheduleExpression, ScheduleExpressionTimezone } = declared;
    const scheduleName = declared.Name ?? physicalId;
    const groupArn = `arn:aws:scheduler:${region}:${account}:schedule-group/${GroupName}`;
    const arn = `arn:aws:scheduler:${region}:${account}:schedule/${GroupName}/${scheduleName}`;
    // What EventBridge Scheduler refuses too.
    scheduleExpression(ScheduleExpression, timeZone(ScheduleExpressionTimezone), 0);
    schedules.checkGroup(GroupName);
    targets.assumeRole(Target.RoleArn, groupArn);
    checkInput(Target.Input);
    schedules.add({
      name: scheduleName,
      group: GroupName,
      arn,
      groupArn,
      expression: ScheduleExpression,
      timezone: ScheduleExpressionTimezone,
      startMs: declared.StartDate,
      endMs: declared.EndDate,
      enabled: declared.State === 'ENABLED',
      createdAtMs: now(),
      target: {
        functionArn: Target.Arn,
        roleArn: Target.RoleArn,
        input: Target.Input,
        deadLetterArn: Target.DeadLetterConfig?.Arn,
      },
    });
    return { ref: scheduleName, attributes: { Arn: arn } };
  },
});

function checkInput(input: string | undefined): void {
  if (input === undefined) return;
  try {
    JSON.parse(input);
  } catch {
    throw new Error('Target.Input is not JSON, which functions take');
  }
}
