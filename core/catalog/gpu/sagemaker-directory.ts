import type { AwsAccess } from '../../aws/aws-access.ts';
import { AwsError } from '../../aws/aws-error.ts';
import { jsonRefusal } from '../../aws/json-refusal.ts';
import { serviceUrl } from '../../aws/service-url.ts';
import { SignedHttp } from '../../aws/signed-http.ts';
import type { EndpointDirectory, EndpointState } from './endpoint-directory.ts';

const msMax = 3000;
/** A description has some 2 kB. */
const answerBytesMax = 1024 * 1024;
const reasonMax = 1000;

/**
 * `EndpointDirectory` by SageMaker's `DescribeEndpoint`. Needs `sagemaker:DescribeEndpoint` on the stage's endpoints.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
 */
export class SageMakerDirectory implements EndpointDirectory {
  readonly #http: SignedHttp;

  constructor({ endpoint, ...access }: AwsAccess) {
    this.#http = new SignedHttp({
      ...access,
      label: 'SageMaker',
      signingName: 'sagemaker',
      url: serviceUrl('api.sagemaker', access.region, endpoint),
      readRefusal: jsonRefusal,
    });
  }

  async describe(endpoint: string): Promise<EndpointState> {
    try {
      const { body } = await this.#http.send({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'SageMaker.DescribeEndpoint' },
        body: JSON.stringify({ EndpointName: endpoint }),
        attempts: 2,
        idleMsMax: msMax,
        msMax,
        answerBytesMax,
      });
      return described(JSON.parse(Buffer.from(body).toString()));
    } catch (error) {
      return unanswered(error);
    }
  }
}

// By hand: the functions that run models ask too, and zod would cost each of their cold starts 17 kB.
function described(answer: unknown): EndpointState {
  const { EndpointStatus: status, FailureReason: reason, ProductionVariants: variants } = Object(answer);
  if (typeof status !== 'string') throw new Error('the description has no EndpointStatus');
  const counts = (Array.isArray(variants) ? variants : []).map((variant) => Object(variant).CurrentInstanceCount);
  return {
    status,
    ...(typeof reason === 'string' ? { reason: oneLine(reason) } : {}),
    ...(counts.length > 0 && counts.every(Number.isInteger) ? { instances: counts.reduce((a, b) => a + b, 0) } : {}),
  };
}

function unanswered(error: unknown): EndpointState {
  if (!(error instanceof AwsError)) {
    return { status: 'unknown', reason: `SageMaker gave no answer that could be read within ${msMax / 1000} s` };
  }
  // SageMaker has no code of its own for it: `ValidationException`, "Could not find endpoint …".
  if (/could not find/i.test(error.message))
    return { status: 'absent', reason: 'it is not deployed; deploy the stage' };
  const permission = error.status === 403 || error.name.startsWith('AccessDenied');
  return {
    status: 'unknown',
    reason: permission
      ? `SageMaker refuses to tell (${error.name}); the control function needs sagemaker:DescribeEndpoint`
      : `SageMaker could not tell (${error.name})`,
  };
}

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, reasonMax)
    .toWellFormed();
