import type { MessageAttributes } from '../message/message-attributes.ts';

/** A message as its sender gave it. */
export interface NewMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly groupId?: string | undefined;
  readonly traceHeader?: string | undefined;
  /** Epoch milliseconds, as all times here. */
  readonly sentAtMs: number;
  readonly visibleAtMs: number;
}

/** A message that has been received. */
export interface ReceivedMessage extends NewMessage {
  readonly sequence: number;
  /** What the receipt handle is made of; another with each receive. */
  readonly receipt: string;
  readonly firstReceivedAtMs: number;
  /** Over all queues. */
  readonly receiveCount: number;
  /** ARN of the queue that it was moved from, in a dead-letter queue. */
  readonly sourceArn?: string | undefined;
}
