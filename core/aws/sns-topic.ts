import type { AwsAccess } from './aws-access.ts';
import { serviceUrl } from './service-url.ts';
import { SignedHttp } from './signed-http.ts';
import { xmlRefusal } from './xml-refusal.ts';

/** SNS answers in milliseconds; what is silent for a second will not come. */
const msMax = 1000;
const answerBytesMax = 65_536;

/**
 * Publishes to one topic. A message may be delivered twice when an answer was lost, as any message of a standard topic may.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export class SnsTopic {
  readonly #http: SignedHttp;
  readonly #arn: string;

  constructor({ endpoint, ...access }: AwsAccess, arn: string) {
    this.#arn = arn;
    this.#http = new SignedHttp({
      ...access,
      label: 'SNS',
      signingName: 'sns',
      url: serviceUrl('sns', access.region, endpoint),
      readRefusal: xmlRefusal,
    });
  }

  /** @param subject of a mail: at most 100 printable ASCII characters */
  async publish(subject: string, message: string): Promise<void> {
    const input = { Action: 'Publish', Version: '2010-03-31', TopicArn: this.#arn, Subject: subject, Message: message };
    await this.#http.send({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(input).toString(),
      attempts: 2,
      idleMsMax: msMax,
      msMax,
      answerBytesMax,
    });
  }
}
