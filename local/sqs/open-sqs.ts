import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import type { Principal } from '../iam/principal.ts';
import type { Keys } from '../kms/keys.ts';
import { Arrivals } from './message/arrivals.ts';
import { messagesOf, type QueueAccess } from './messages-of.ts';
import { Queues } from './queue/queues.ts';
import { queuePolicyResource } from './resource/queue-policy-resource.ts';
import { queueResource } from './resource/queue-resource.ts';
import { sqsService } from './service.ts';
import type { SqsState } from './sqs-state.ts';
import { MessageTable } from './store/message-table.ts';
import { openDatabase } from './store/open-database.ts';

export interface SqsOptions {
  /** The messages are in its folder `sqs`. */
  readonly dataDir: string;
  readonly region: string;
  readonly account: string;
  readonly keys: Keys;
  /** Base URL of queue URLs; asked when a queue is declared, and by GetQueueUrl. */
  readonly endpoint: () => string;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The emulated SQS of one account and region. */
export interface Sqs {
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /** The queue with this ARN as a principal sees it. @throws AwsError QueueDoesNotExist */
  queueOf(principal: Principal, queueArn: string): QueueAccess;
  /** Answers long polls at once, those that wait and those to come, so that the endpoint need not wait for them when it stops. */
  endPolls(): void;
  stop(): void;
}

/**
 * Opens SQS over a data folder, which one process may use at a time.
 * @throws Error when another process has it
 */
export function openSqs({ dataDir, region, account, keys, endpoint, now = Date.now }: SqsOptions): Sqs {
  const state: SqsState = {
    region,
    account,
    keys,
    queues: new Queues(account),
    messages: new MessageTable(openDatabase(dataDir)),
    arrivals: new Arrivals(),
    purges: new Map(),
    moveTasks: [],
    urlOf: (name) => `${endpoint()}/${account}/${name}`,
    now,
  };
  return {
    service: sqsService(state),
    resourceTypes: [queueResource(state), queuePolicyResource(state.queues)],
    queueOf: (principal, queueArn) => messagesOf(state, principal, queueArn),
    endPolls: () => state.arrivals.stop(),
    stop: () => {
      state.arrivals.stop();
      state.messages.close();
    },
  };
}
