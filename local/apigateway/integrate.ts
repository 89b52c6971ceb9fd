import { AwsError } from '../endpoint/aws-call.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import type { Route } from './definition/route.ts';
import type { Exchange } from './exchange.ts';
import type { ExecutionLog } from './execution-log.ts';
import type { LambdaAccess } from './lambda-access.ts';
import { essence } from './request/media-type.ts';
import type { Answer } from './response/answer.ts';
import { GatewayFault } from './response/gateway-fault.ts';
import { BinaryBodyError, parseProxyResult } from './response/proxy-result.ts';

/** Lambda's limit for the event of a synchronous invocation: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const eventBytesMax = 6_291_456;

const tooLarge = (): GatewayFault =>
  new GatewayFault('REQUEST_TOO_LARGE', {
    message: 'Request Entity Too Large',
    exception: 'RequestEntityTooLargeException',
  });

/** Everything that goes wrong behind the gateway: 500 when Lambda refused the invocation, 502 when the function ran and failed. */
const internal = (status: number, cause?: unknown): GatewayFault =>
  new GatewayFault('DEFAULT_5XX', { status }, cause === undefined ? undefined : { cause });

/**
 * Asks the function of a Lambda proxy integration.
 * @param event the proxy event as JSON
 * @throws GatewayFault
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
 */
export async function integrate(
  exchange: Exchange,
  route: Route,
  event: Buffer,
  { lambda, log, now }: { readonly lambda: LambdaAccess; readonly log: ExecutionLog; readonly now: () => number },
): Promise<Answer> {
  if (event.length > eventBytesMax) throw tooLarge();
  const { functionArn, tenantId } = route;
  const { region, account, apiId, name } = exchange.stage;
  const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${name}/${exchange.method}${route.resourcePath}`;
  if (!lambda.permits({ functionArn, principal: 'apigateway.amazonaws.com', sourceArn, sourceAccount: account })) {
    exchange.integrationError = `Invalid permissions on Lambda function`;
    log(exchange, `Execution failed due to configuration error: ${functionArn} has no permission for ${sourceArn}`);
    throw internal(500);
  }
  const startedMs = now();
  const { payload, functionError } = await withDeadline(
    lambda.invoke(functionArn, event, tenantId?.(exchange)),
    route.timeoutMs,
  )
    .catch((cause: unknown) => {
      throw invocationFault(exchange, cause, log);
    })
    .finally(() => {
      exchange.integrationLatencyMs = now() - startedMs;
    });
  exchange.invocationStatus = 200;
  if (functionError !== undefined) {
    exchange.integrationError = `The function ended with ${functionError}`;
    log(exchange, `Lambda execution failed with status 200 due to customer function error: ${functionError}`);
    throw internal(502);
  }
  const accepted = essence((exchange.headers.get('accept') ?? '').split(',', 1)[0] ?? '');
  try {
    const answer = parseProxyResult(payload, exchange.stage.isBinary(accepted));
    exchange.integrationStatus = answer.status;
    return answer;
  } catch (error) {
    const { message } = error as Error;
    exchange.integrationError = message;
    log(exchange, `Execution failed due to configuration error: ${message}`);
    if (error instanceof BinaryBodyError) throw new GatewayFault('API_CONFIGURATION_ERROR', {}, { cause: error });
    throw internal(502, error);
  }
}

function invocationFault(exchange: Exchange, cause: unknown, log: ExecutionLog): GatewayFault {
  if (cause instanceof DeadlineError) {
    log(exchange, `Execution failed due to a timeout error: ${cause.message}`);
    return new GatewayFault('INTEGRATION_TIMEOUT', {}, { cause });
  }
  const code = cause instanceof AwsError ? cause.code : 'ServiceException';
  exchange.invocationStatus = cause instanceof AwsError ? cause.status : 500;
  exchange.integrationError = code;
  log(exchange, `Execution failed: Lambda refused the invocation: ${code}`);
  return code === 'RequestTooLargeException' ? tooLarge() : internal(500, cause);
}
