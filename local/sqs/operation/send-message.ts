import { authorizeSqs } from '../access/authorize-sqs.ts';
import { useKey } from '../access/use-key.ts';
import { messageInput, newMessage } from './new-message.ts';
import type { Operation } from './operation.ts';
import { parseInput } from './parse-input.ts';
import { queueInput } from './queue-input.ts';

const schema = queueInput.extend(messageInput);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
export const sendMessage: Operation = (state, caller, given) => {
  const input = parseInput(schema, given);
  const queue = state.queues.at(input.QueueUrl);
  authorizeSqs(state, caller.principal, 'SendMessage', queue);
  useKey(state, caller.principal, queue, 'send');
  const { message, output } = newMessage(state, caller, queue, input);
  state.messages.add(queue.name, [message]);
  state.arrivals.tell(queue.name);
  return output;
};
