import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { changeMessageVisibility } from './operation/change-message-visibility.ts';
import { changeMessageVisibilityBatch } from './operation/change-message-visibility-batch.ts';
import { deleteMessage } from './operation/delete-message.ts';
import { deleteMessageBatch } from './operation/delete-message-batch.ts';
import { getQueueAttributes } from './operation/get-queue-attributes.ts';
import { getQueueUrl } from './operation/get-queue-url.ts';
import { listMessageMoveTasks } from './operation/list-message-move-tasks.ts';
import type { Operation } from './operation/operation.ts';
import { purgeQueue } from './operation/purge-queue.ts';
import { receiveMessage } from './operation/receive-message.ts';
import { sendMessage } from './operation/send-message.ts';
import { sendMessageBatch } from './operation/send-message-batch.ts';
import { startMessageMoveTask } from './operation/start-message-move-task.ts';
import { refusals } from './refusals.ts';
import { SqsError } from './sqs-error.ts';
import type { SqsState } from './sqs-state.ts';

const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['ChangeMessageVisibility', changeMessageVisibility],
  ['ChangeMessageVisibilityBatch', changeMessageVisibilityBatch],
  ['DeleteMessage', deleteMessage],
  ['DeleteMessageBatch', deleteMessageBatch],
  ['GetQueueAttributes', getQueueAttributes],
  ['GetQueueUrl', getQueueUrl],
  ['ListMessageMoveTasks', listMessageMoveTasks],
  ['PurgeQueue', purgeQueue],
  ['ReceiveMessage', receiveMessage],
  ['SendMessage', sendMessage],
  ['SendMessageBatch', sendMessageBatch],
  ['StartMessageMoveTask', startMessageMoveTask],
]);

const target = 'AmazonSQS.';

/** Ten messages whose every byte is spelled as `\u00xx` would still fit. */
const bodyBytesMax = 8 * 1024 * 1024;

/** SQS behind the endpoint, in its JSON protocol. https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
export const sqsService = (state: SqsState): AwsService => ({
  signingName: 'sqs',
  bodyBytesMax,
  handle: async (call) => {
    const name = (call.headers['x-amz-target'] ?? '').slice(0, 100);
    const operation = name.startsWith(target) ? operations.get(name.slice(target.length)) : undefined;
    if (operation === undefined) {
      throw new AwsError('NotImplemented', 501, `"${name}" is not part of the local cloud's SQS.`);
    }
    return answer(200, await operation(state, call, inputOf(call)));
  },
  renderError,
});

function inputOf({ body }: AwsCall): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw refusals.illegible('The body is not JSON.');
  }
}

const answer = (status: number, output: object, headers: Readonly<Record<string, string>> = {}): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', ...headers },
  body: JSON.stringify(output),
});

/** The header carries the query protocol's name, which SDKs put into `Code`. */
const renderError = (error: AwsError): AwsAnswer => {
  const queryCode = error instanceof SqsError ? error.queryCode : error.code;
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  return answer(
    error.status,
    { __type: `com.amazonaws.sqs#${error.code}`, message: error.message },
    { 'x-amzn-query-error': `${queryCode};${fault}` },
  );
};
