import * as z from 'zod';
import type { ResourceType } from '../../cloudformation/resource-type.ts';
import type { Schedules } from '../schedules.ts';

const properties = z.strictObject({
  Name: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
});

/**
 * `AWS::Scheduler::ScheduleGroup`: `Ref` is its name.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedulegroup.html
 */
export const scheduleGroupResource = (schedules: Schedules): ResourceType<typeof properties> => ({
  type: 'AWS::Scheduler::ScheduleGroup',
  properties,
  noLocalEffect: { Tags: 'for people and for bills; no policy here may refer to tags' },
  create: async ({ properties: { Name }, physicalId, region, account }) => {
    const name = Name ?? physicalId;
    schedules.addGroup(name);
    const arn = `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;
    return { ref: name, attributes: { Arn: arn, State: 'ACTIVE' } };
  },
});
