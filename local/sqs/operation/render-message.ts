import { createHash } from 'node:crypto';
import { attributesMd5 } from '../message/attributes-md5.ts';
import type { MessageAttributes } from '../message/message-attributes.ts';
import { receiptHandle } from '../message/receipt-handle.ts';
import { systemAttributes } from '../message/system-attributes.ts';
import type { Queue } from '../queue/queue.ts';
import type { ReceivedMessage } from '../store/stored-message.ts';

/** A message as ReceiveMessage hands it out. */
export interface RenderedMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: MessageAttributes;
  readonly MD5OfMessageAttributes?: string;
}

interface Wanted {
  readonly systemAttributes: readonly string[];
  readonly attributes: readonly string[];
}

/** A message with those of its attributes that are wanted, by names that there are. */
export function renderMessage(queue: Queue, message: ReceivedMessage, wanted: Wanted): RenderedMessage {
  const system = systemAttributesOf(message, wanted.systemAttributes);
  const attributes = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => wanted.attributes.some((pattern) => covers(pattern, name))),
  );
  const digest = attributesMd5(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: receiptHandle.write(queue.arn, message),
    Body: message.body,
    MD5OfBody: createHash('md5').update(message.body).digest('hex'),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && { MessageAttributes: attributes, MD5OfMessageAttributes: digest }),
  };
}

function systemAttributesOf(message: ReceivedMessage, names: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, read] of systemAttributes) {
    const value = names.includes('All') || names.includes(name) ? read(message) : undefined;
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** `All` and `.*` stand for every attribute, `name.*` for those that begin with `name`. */
function covers(pattern: string, name: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true;
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : name === pattern;
}
