import { RuntimeError } from './runtime-error.ts';

/** More of a container's complaint than this is of no use to a client. */
const messageLengthMax = 10_000;

/** Whose error it is, and where to look for its log. */
export interface ModelErrorSource {
  readonly region: string;
  readonly account: string;
  readonly logGroup: string;
  /** `primary`, or `model` with an endpoint of several models. */
  readonly container: 'model' | 'primary';
}

/**
 * A container's refusal or failure, worded as SageMaker words it.
 * @param status the container's; 500 for one that broke off, 0 for one that did not answer in time
 * @param message the container's; undefined for one that broke off
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_ModelError.html
 */
export function modelError(
  { region, account, logGroup, container }: ModelErrorSource,
  status: number,
  message: string | undefined,
): RuntimeError {
  const isClientError = status >= 400 && status < 500;
  const original = message?.slice(0, messageLengthMax) ?? '';
  const said = message === undefined ? 'and could not load the entire response body' : `with message "${original}"`;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#logEventViewer:group=${logGroup}`;
  const text = `Received ${isClientError ? 'client' : 'server'} error (${status}) from ${container} ${said}. See ${console} in account ${account} for more information.`;
  return new RuntimeError('ModelError', 424, text, {
    ErrorCode: isClientError ? 'CLIENT_ERROR_FROM_MODEL' : 'INTERNAL_FAILURE_FROM_MODEL',
    OriginalStatusCode: status,
    OriginalMessage: original,
    LogStreamArn: `arn:aws:logs:${region}:${account}:log-group:${logGroup}`,
  });
}
