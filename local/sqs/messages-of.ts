import type { Principal } from '../iam/principal.ts';
import { authorizeSqs } from './access/authorize-sqs.ts';
import { useKey } from './access/use-key.ts';
import { deleteMessageBatch } from './operation/delete-message-batch.ts';
import { getQueueAttributes } from './operation/get-queue-attributes.ts';
import { receiveMessage } from './operation/receive-message.ts';
import type { RenderedMessage } from './operation/render-message.ts';
import { sendMessage } from './operation/send-message.ts';
import { refusals } from './refusals.ts';
import type { SqsState } from './sqs-state.ts';

/** A queue as another service of the local cloud sees it that acts for a role: with its permissions, and no more. */
export interface QueueAccess {
  /**
   * Up to ten messages, with all their attributes.
   * @param waitSeconds at most 20; the signal ends the waiting earlier
   * @throws AwsError as the API does
   */
  receive(max: number, waitSeconds: number, signal: AbortSignal): Promise<readonly RenderedMessage[]>;
  /** @param handles ten at the most @throws AwsError as the API does */
  delete(handles: readonly string[]): Promise<void>;
  /** @param attributes text by name @throws AwsError as the API does */
  send(body: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** Asks for all that a consumer needs, without receiving anything. @throws AwsError for what is not allowed */
  checkConsumer(): void;
  /** GetQueueAttributes. @throws AwsError as the API does */
  attributes(): Promise<Readonly<Record<string, string>>>;
}

/**
 * A queue, by the same operations as over HTTP.
 * @throws SqsError QueueDoesNotExist
 */
export function messagesOf(state: SqsState, principal: Principal, queueArn: string): QueueAccess {
  const queue = state.queues.withArn(queueArn);
  if (queue === undefined) throw refusals.noQueue();
  const QueueUrl = state.urlOf(queue.name);
  return {
    receive: async (max, waitSeconds, signal) => {
      const names = { MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'] };
      const input = { QueueUrl, MaxNumberOfMessages: max, WaitTimeSeconds: waitSeconds, ...names };
      return (await receiveMessage(state, { principal, signal }, input)).Messages ?? [];
    },
    delete: async (handles) => {
      const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
      await deleteMessageBatch(state, { principal }, { QueueUrl, Entries });
    },
    send: async (MessageBody, attributes = {}) => {
      const MessageAttributes = Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      );
      await sendMessage(state, { principal }, { QueueUrl, MessageBody, MessageAttributes });
    },
    checkConsumer: () => {
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
        authorizeSqs(state, principal, action, queue);
      }
      useKey(state, principal, queue, 'receive');
    },
    attributes: async () =>
      (await getQueueAttributes(state, { principal }, { QueueUrl, AttributeNames: ['All'] })).Attributes ?? {},
  };
}
