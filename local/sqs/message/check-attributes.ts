import { limits } from '../limits.ts';
import { refusals } from '../refusals.ts';
import { hasForbiddenCharacters } from './has-forbidden-characters.ts';
import type { MessageAttributes } from './message-attributes.ts';

const nameForm = /^(?!\.)(?!.*\.\.)(?!.*\.$)(?!(aws|amazon)\.)[\w.-]{1,256}$/i;
const typeForm = /^(String|Number|Binary)(\..{1,249})?$/;

/**
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-message-attributes
 * @throws SqsError InvalidParameterValue
 */
export function checkAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > limits.attributesMax) {
    throw refusals.value(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    const about = `The message attribute '${name.slice(0, 256)}'`;
    if (!nameForm.test(name)) throw refusals.value(`${about} has a name that is not allowed.`);
    if (!typeForm.test(DataType)) {
      throw refusals.value(
        `${about} has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
    if (!value) throw refusals.value(`${about} must contain a non-empty message attribute value of its type.`);
    if (hasForbiddenCharacters(value)) throw refusals.characters();
    if (DataType.startsWith('Number') && !Number.isFinite(Number(value))) {
      throw refusals.value(`Can't cast the value of message (user) attribute '${name}' to a number.`);
    }
  }
}
