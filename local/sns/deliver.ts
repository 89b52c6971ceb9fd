import type { Principal } from '../iam/principal.ts';
import type { Notification } from './notification.ts';
import type { SnsState } from './sns-state.ts';
import type { Subscription, Topic } from './topics.ts';

/**
 * Delivers a message to one subscriber: into a queue, if its policy lets SNS do that for this topic, or into the log as the mail that it
 * would be. What cannot be delivered is told to the log; AWS would try again for some days.
 */
export async function deliver(
  state: SnsState,
  topic: Topic,
  subscription: Subscription,
  notification: Notification,
): Promise<void> {
  const { protocol, endpoint, raw } = subscription;
  const { message, subject, attributes } = notification;
  if (protocol === 'email') {
    const mail = { at: notification.timestamp, to: endpoint, subject, message };
    state.logs.write(`sns/${topic.name}`, JSON.stringify(mail));
    return;
  }
  try {
    const queue = state.queueOf(snsFor(state, topic), endpoint);
    await (raw ? queue.send(message, attributes) : queue.send(envelope(topic, notification)));
  } catch (error) {
    state.log(`sns: ${endpoint} did not get a message of ${topic.arn}: ${(error as Error).message}`);
  }
}

const snsFor = ({ account }: SnsState, { arn }: Topic): Principal => ({
  arn: 'sns.amazonaws.com',
  account,
  service: 'sns.amazonaws.com',
  policies: [],
  sourceArn: arn,
});

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const envelope = ({ arn }: Topic, { id, subject, message, timestamp, attributes }: Notification): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    TopicArn: arn,
    Subject: subject,
    Message: message,
    Timestamp: timestamp,
    ...(Object.keys(attributes).length === 0
      ? {}
      : {
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, Value]) => [name, { Type: 'String', Value }]),
          ),
        }),
  });
