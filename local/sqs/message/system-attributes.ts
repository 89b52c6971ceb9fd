import type { ReceivedMessage } from '../store/stored-message.ts';

/**
 * What SQS itself knows of a message, by name. What only queues with other features have may be asked for, and has no value.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html#API_ReceiveMessage_RequestSyntax
 */
export const systemAttributes: ReadonlyMap<string, (message: ReceivedMessage) => string | undefined> = new Map<
  string,
  (message: ReceivedMessage) => string | undefined
>([
  ['SenderId', ({ senderId }) => senderId],
  ['SentTimestamp', ({ sentAtMs }) => String(sentAtMs)],
  ['ApproximateReceiveCount', ({ receiveCount }) => String(receiveCount)],
  ['ApproximateFirstReceiveTimestamp', ({ firstReceivedAtMs }) => String(firstReceivedAtMs)],
  ['MessageGroupId', ({ groupId }) => groupId],
  ['AWSTraceHeader', ({ traceHeader }) => traceHeader],
  ['DeadLetterQueueSourceArn', ({ sourceArn }) => sourceArn],
  ['SequenceNumber', () => undefined],
  ['MessageDeduplicationId', () => undefined],
]);
