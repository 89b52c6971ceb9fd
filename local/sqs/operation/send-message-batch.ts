import * as z from 'zod';
import { authorizeSqs } from '../access/authorize-sqs.ts';
import { useKey } from '../access/use-key.ts';
import { limits } from '../limits.ts';
import { refusals } from '../refusals.ts';
import type { NewMessage } from '../store/stored-message.ts';
import { messageBytes, messageInput, newMessage } from './new-message.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';
import { runBatch } from './run-batch.ts';

const schema = queueInput.extend({ Entries: z.array(z.object({ Id: z.string(), ...messageInput })) });

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const sendMessageBatch: Operation = (state, caller, given) => {
  const { QueueUrl, Entries } = parseInput(schema, given);
  const queue = state.queues.at(QueueUrl);
  authorizeSqs(state, caller.principal, 'SendMessage', queue);
  useKey(state, caller.principal, queue, 'send');
  const sizeBytes = Entries.reduce(
    (sum, { MessageBody, MessageAttributes }) => sum + messageBytes(MessageBody, MessageAttributes ?? {}),
    0,
  );
  const messages: NewMessage[] = [];
  if (sizeBytes > limits.messageBytesMax) throw refusals.batchBytes(limits.messageBytesMax, sizeBytes);
  const output = runBatch(Entries, (entry) => {
    const prepared = newMessage(state, caller, queue, entry);
    messages.push(prepared.message);
    return prepared.output;
  });
  state.messages.add(queue.name, messages);
  state.arrivals.tell(queue.name);
  return output;
};
