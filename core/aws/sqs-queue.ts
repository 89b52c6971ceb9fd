import type { AwsAccess } from './aws-access.ts';
import { jsonRefusal } from './json-refusal.ts';
import { serviceUrl } from './service-url.ts';
import { type AwsAnswer, SignedHttp } from './signed-http.ts';

/** SQS answers in milliseconds; what is silent for a second will not come. */
const msMax = 1000;
const answerBytesMax = 65_536;

/** Those that wait, those that somebody is at, and those that are yet to come. */
const counts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
];

/**
 * Sends messages to one standard queue, and tells whether it has any. A message may arrive twice when an answer was lost, as any message of such a queue may.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export class SqsQueue {
  readonly #http: SignedHttp;
  readonly #url: string;

  /** @param url of the queue */
  constructor({ endpoint, ...access }: AwsAccess, url: string) {
    this.#url = url;
    this.#http = new SignedHttp({
      ...access,
      label: 'SQS',
      signingName: 'sqs',
      url: serviceUrl('sqs', access.region, endpoint),
      readRefusal: jsonRefusal,
    });
  }

  /** @param group messages of different groups do not wait for each other */
  async send(body: string, group: string): Promise<void> {
    await this.#call('SendMessage', { MessageBody: body, MessageGroupId: group });
  }

  /** Whether the queue holds nothing, as it was a minute ago: SQS counts no sooner. */
  async isEmpty(): Promise<boolean> {
    const { body } = await this.#call('GetQueueAttributes', { AttributeNames: counts });
    const { Attributes } = JSON.parse(Buffer.from(body).toString()) as { Attributes: Readonly<Record<string, string>> };
    return counts.every((name) => Attributes[name] === '0');
  }

  #call(operation: string, input: Readonly<Record<string, unknown>>): Promise<AwsAnswer> {
    return this.#http.send({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${operation}` },
      body: JSON.stringify({ QueueUrl: this.#url, ...input }),
      attempts: 2,
      idleMsMax: msMax,
      msMax,
      answerBytesMax,
    });
  }
}
