import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { limits } from '../limits.ts';
import { attributesBytes } from '../message/attributes-bytes.ts';
import { attributesMd5 } from '../message/attributes-md5.ts';
import { checkAttributes } from '../message/check-attributes.ts';
import { checkBody } from '../message/check-body.ts';
import { type MessageAttributes, messageAttributes } from '../message/message-attributes.ts';
import type { Queue } from '../queue/queue.ts';
import { refusals } from '../refusals.ts';
import type { SqsState } from '../sqs-state.ts';
import type { NewMessage } from '../store/stored-message.ts';
import { inRange } from './in-range.ts';
import type { Caller } from './operation.ts';
import { senderId } from './sender-id.ts';

/** What SendMessage and an entry of SendMessageBatch have in common. */
export const messageInput = {
  MessageBody: z.string(),
  DelaySeconds: z.number().nullish(),
  MessageAttributes: messageAttributes.nullish(),
  MessageSystemAttributes: messageAttributes.nullish(),
  MessageGroupId: z.string().nullish(),
  MessageDeduplicationId: z.string().nullish(),
};

const groupForm = /^[A-Za-z0-9!"#$%&'()*+,\-./:;<=>?@[\\\]^_`{|}~]{1,128}$/;
const traceHeader = 'AWSTraceHeader';

/** A message that is fit to be stored, and what its sender is to be told. */
export interface PreparedMessage {
  readonly message: NewMessage;
  readonly sizeBytes: number;
  readonly output: {
    readonly MessageId: string;
    readonly MD5OfMessageBody: string;
    readonly MD5OfMessageAttributes?: string | undefined;
    readonly MD5OfMessageSystemAttributes?: string | undefined;
  };
}

/** What a message adds to a request's size. */
export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Buffer.byteLength(body) + attributesBytes(attributes);

/**
 * Checks a message and prepares it for the queue.
 * @throws SqsError
 */
export function newMessage(
  state: SqsState,
  { principal }: Caller,
  queue: Queue,
  input: z.infer<z.ZodObject<typeof messageInput>>,
): PreparedMessage {
  const body = input.MessageBody;
  const attributes = input.MessageAttributes ?? {};
  const systemAttributes = input.MessageSystemAttributes ?? {};
  checkBody(body);
  checkAttributes(attributes);
  const [unknown] = Object.keys(systemAttributes).filter((name) => name !== traceHeader);
  if (unknown !== undefined) throw refusals.value(`Message system attribute name '${unknown}' is invalid.`);
  const sizeBytes = messageBytes(body, attributes);
  if (sizeBytes > queue.messageBytesMax) {
    throw refusals.value(
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.messageBytesMax} bytes.`,
    );
  }
  if (input.MessageDeduplicationId != null) {
    throw refusals.value(
      `Value ${input.MessageDeduplicationId.slice(0, 128)} for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (input.MessageGroupId != null && !groupForm.test(input.MessageGroupId)) {
    throw refusals.value(
      'MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.',
    );
  }
  const delaySeconds = inRange('DelaySeconds', input.DelaySeconds ?? queue.delaySeconds, 0, limits.delaySecondsMax);
  const sentAtMs = state.now();
  const id = randomUUID();
  return {
    sizeBytes,
    message: {
      id,
      body,
      attributes,
      senderId: senderId(principal),
      groupId: input.MessageGroupId ?? undefined,
      traceHeader: systemAttributes[traceHeader]?.StringValue ?? undefined,
      sentAtMs,
      visibleAtMs: sentAtMs + delaySeconds * 1000,
    },
    output: {
      MessageId: id,
      MD5OfMessageBody: createHash('md5').update(body).digest('hex'),
      MD5OfMessageAttributes: attributesMd5(attributes),
      MD5OfMessageSystemAttributes: attributesMd5(systemAttributes),
    },
  };
}
