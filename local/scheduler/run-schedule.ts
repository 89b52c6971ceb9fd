import { AwsError } from '../endpoint/aws-call.ts';
import { describeFailure } from '../endpoint/describe-failure.ts';
import type { Principal } from '../iam/principal.ts';
import type { QueueAccess } from '../sqs/messages-of.ts';
import type { Schedule } from './schedule.ts';
import { type Execution, targetInput } from './target-input.ts';

/** What a run needs of the other services. */
export interface Targets {
  /** A session of a schedule's role. @throws AwsError when its trust policy does not let the scheduler in */
  assumeRole(roleArn: string, sourceArn: string): Principal;
  /** Invokes a function asynchronously. @throws AwsError for what is refused */
  invoke(principal: Principal, functionArn: string, payload: Buffer): void;
  /** @throws AwsError when there is no such queue */
  queueOf(principal: Principal, queueArn: string): QueueAccess;
  /** Takes a line about each run that failed. */
  log(line: string): void;
}

/**
 * Invokes a schedule's function, in the name of the schedule's role. What is refused goes to the dead-letter queue, if there is one.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export async function runSchedule(schedule: Schedule, execution: Execution, targets: Targets): Promise<void> {
  const { arn, groupArn, target } = schedule;
  const input = targetInput(schedule, execution);
  try {
    const principal = targets.assumeRole(target.roleArn, groupArn);
    targets.invoke(principal, target.functionArn, Buffer.from(input));
  } catch (error) {
    targets.log(`${arn} did not run: ${reasonOf(error)}`);
    if (target.deadLetterArn === undefined) return;
    try {
      await bury(schedule, target.deadLetterArn, input, execution, error, targets);
    } catch (failure) {
      targets.log(`${arn}: its dead-letter queue did not take the event: ${reasonOf(failure)}`);
    }
  }
}

async function bury(
  { arn, groupArn, target }: Schedule,
  queueArn: string,
  input: string,
  { id, dueMs }: Execution,
  error: unknown,
  targets: Targets,
): Promise<void> {
  const queue = targets.queueOf(targets.assumeRole(target.roleArn, groupArn), queueArn);
  await queue.send(input, {
    ERROR_CODE: error instanceof AwsError ? error.code : 'InternalFailure',
    ERROR_MESSAGE: reasonOf(error),
    EXECUTION_ID: id,
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: '0',
    SCHEDULED_TIME: new Date(dueMs).toISOString(),
    SCHEDULE_ARN: arn,
    TARGET_ARN: target.functionArn,
  });
}

const reasonOf = (error: unknown): string => (error instanceof AwsError ? error.message : describeFailure(error));
