import type { AwsAnswer, AwsService } from '../endpoint/aws-call.ts';
import { escapeXml } from '../s3/xml/escape-xml.ts';
import { publish } from './publish.ts';
import { refusals } from './refusals.ts';
import type { SnsState } from './sns-state.ts';

/** 256 kB of message, each byte of which may be spelled as `%xx`, and what is said beside it. */
const bodyBytesMax = 1024 * 1024;
const xmlns = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** SNS behind the endpoint, in the query protocol. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const snsService = (state: SnsState): AwsService => ({
  signingName: 'sns',
  bodyBytesMax,
  handle: async ({ body, principal, requestId }) => {
    const input = new URLSearchParams(body.toString('utf8'));
    const action = (input.get('Action') ?? '').slice(0, 100);
    if (action !== 'Publish') throw refusals.unsupported(`"${action}"`);
    const id = await publish(state, principal, input);
    return answer(
      200,
      `<PublishResponse xmlns="${xmlns}"><PublishResult><MessageId>${id}</MessageId></PublishResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></PublishResponse>`,
    );
  },
  renderError: ({ code, status, message }, requestId) =>
    answer(
      status,
      `<ErrorResponse xmlns="${xmlns}"><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
});

const answer = (status: number, body: string): AwsAnswer => ({ status, headers: { 'content-type': 'text/xml' }, body });
