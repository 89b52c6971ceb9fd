import type { RenderedMessage } from '../../sqs/operation/render-message.ts';
import { limits } from '../limits.ts';
import type { MappingDefinition } from './mapping-definition.ts';
import { sqsRecord } from './sqs-record.ts';

/** One event and what is in it. */
export interface SqsEvent {
  readonly messages: readonly RenderedMessage[];
  readonly payload: Buffer;
}

const frame = '{"Records":[]}';

/** A batch as one event, or as several where it is larger than what a function takes. */
export function sqsEvents(batch: readonly RenderedMessage[], definition: MappingDefinition): SqsEvent[] {
  const parts: { messages: RenderedMessage[]; records: string[] }[] = [];
  let bytes = 0;
  for (const message of batch) {
    const record = JSON.stringify(sqsRecord(message, definition));
    bytes += Buffer.byteLength(record) + 1;
    let part = parts.at(-1);
    if (part === undefined || bytes > limits.payloadBytesMax) {
      part = { messages: [], records: [] };
      parts.push(part);
      bytes = frame.length + Buffer.byteLength(record);
    }
    part.messages.push(message);
    part.records.push(record);
  }
  return parts.map(({ messages, records }) => ({
    messages,
    payload: Buffer.from(`{"Records":[${records.join(',')}]}`),
  }));
}
