import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { jsonError } from '../endpoint/json-error.ts';
import { authorize } from '../iam/authorize.ts';
import type { Schedules } from './schedules.ts';

const path = /^\/schedules\/(?<name>[\w.-]{1,64})$/;

/** EventBridge Scheduler behind the endpoint: GetSchedule. What there is to change, templates change. */
export const schedulerService = (schedules: Schedules, region: string, account: string): AwsService => ({
  signingName: 'scheduler',
  handle: async (call) => {
    const name = call.method === 'GET' ? path.exec(call.path)?.groups?.['name'] : undefined;
    if (name === undefined) {
      throw new AwsError('NotImplemented', 501, 'the local scheduler knows GetSchedule, and nothing else');
    }
    return getSchedule(call, name, schedules, `arn:aws:scheduler:${region}:${account}`);
  },
  renderError: jsonError,
});

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_GetSchedule.html */
function getSchedule(call: AwsCall, name: string, schedules: Schedules, prefix: string): AwsAnswer {
  const group = call.query.get('groupName') ?? 'default';
  authorize(
    {
      principal: call.principal,
      action: 'scheduler:GetSchedule',
      resource: `${prefix}:schedule/${group}/${name}`,
    },
    { code: 'AccessDeniedException', status: 403 },
  );
  const schedule = schedules.find(group, name);
  if (schedule === undefined) {
    throw new AwsError('ResourceNotFoundException', 404, `Schedule ${name} does not exist.`);
  }
  const { target } = schedule;
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      Arn: schedule.arn,
      Name: name,
      GroupName: group,
      ScheduleExpression: schedule.expression,
      ScheduleExpressionTimezone: schedule.timezone,
      StartDate: seconds(schedule.startMs),
      EndDate: seconds(schedule.endMs),
      State: schedule.enabled ? 'ENABLED' : 'DISABLED',
      CreationDate: seconds(schedule.createdAtMs),
      LastModificationDate: seconds(schedule.createdAtMs),
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: target.functionArn,
        RoleArn: target.roleArn,
        Input: target.input,
        ...(target.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
      },
    }),
  };
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
