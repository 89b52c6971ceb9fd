import { randomUUID } from 'node:crypto';
import { AwsError } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import type { Principal } from '../iam/principal.ts';
import { deliver } from './deliver.ts';
import type { Notification } from './notification.ts';
import { refusals } from './refusals.ts';
import type { SnsState } from './sns-state.ts';
import type { Topic } from './topics.ts';

const messageBytesMax = 262_144;
const subjectLengthMax = 100;

/**
 * `Publish`: delivered when it answers.
 *
 * @param input parameters of the query protocol
 * @returns the message's id
 * @throws AwsError as the API does
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export async function publish(state: SnsState, principal: Principal, input: URLSearchParams): Promise<string> {
  for (const name of ['PhoneNumber', 'MessageStructure', 'MessageGroupId', 'MessageDeduplicationId']) {
    if (input.has(name)) throw refusals.unsupported(name);
  }
  const arn = input.get('TopicArn') ?? input.get('TargetArn') ?? '';
  const topic = state.topics.get(arn);
  if (topic === undefined) throw refusals.noTopic();
  const policy = state.topics.policyOf(arn);
  authorize(
    {
      principal,
      action: 'sns:Publish',
      resource: arn,
      context: { 'aws:ResourceAccount': state.account },
      ...(policy && { resourcePolicy: policy }),
    },
    { code: 'AuthorizationError', status: 403 },
  );
  useKey(state, principal, topic);
  const notification: Notification = {
    id: randomUUID(),
    ...contentOf(input),
    timestamp: state.now().toISOString(),
  };
  await Promise.all(state.topics.subscriptionsOf(arn).map((each) => deliver(state, topic, each, notification)));
  return notification.id;
}

/**
 * A publisher needs `kms:GenerateDataKey` and `kms:Decrypt`.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function useKey({ keys, region }: SnsState, principal: Principal, { keyArn }: Topic): void {
  if (keyArn === undefined) return;
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    try {
      keys.authorizeUse(principal, keyArn, action, { 'kms:ViaService': `sns.${region}.amazonaws.com` });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw refusals.key(error.message);
    }
  }
}

function contentOf(input: URLSearchParams): Pick<Notification, 'subject' | 'message' | 'attributes'> {
  const message = input.get('Message') ?? '';
  const subject = input.get('Subject') ?? undefined;
  if (message === '') throw refusals.parameter('Empty message');
  if (Buffer.byteLength(message) > messageBytesMax) throw refusals.parameter('Message too long');
  if (subject !== undefined && !isSubject(subject)) throw refusals.parameter('Subject');
  return { subject, message, attributes: attributesOf(input) };
}

/** ASCII that begins with a letter, number or mark, without line breaks or control characters. */
const isSubject = (text: string): boolean => text.length <= subjectLengthMax && /^[!-~][ -~]*$/.test(text);

function attributesOf(input: URLSearchParams): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = Object.create(null);
  for (let entry = 1; input.has(`MessageAttributes.entry.${entry}.Name`); entry++) {
    const part = (name: string): string => input.get(`MessageAttributes.entry.${entry}.${name}`) ?? '';
    if (part('Value.DataType') !== 'String') throw refusals.unsupported('a MessageAttribute that is no String');
    attributes[part('Name')] = part('Value.StringValue');
  }
  return attributes;
}
