import type { Exchange } from '../exchange.ts';

export type VariableReader = (exchange: Exchange) => string | undefined;

type Read = (exchange: Exchange) => string | number | null | undefined;

const authorizerStatus: Read = (x) => x.authorizerStatus;
const authorizerLatency: Read = (x) => x.authorizerLatencyMs;
const integrationLatency: Read = (x) => x.integrationLatencyMs;
const integrationError: Read = (x) => x.integrationError;
const invocationStatus: Read = (x) => x.invocationStatus;

const readers: Readonly<Record<string, Read>> = {
  accountId: (x) => x.stage.account,
  apiId: (x) => x.stage.apiId,
  'authorize.error': (x) => (x.error?.type === 'ACCESS_DENIED' ? x.error.text : undefined),
  'authorizer.error': (x) => (x.error?.type.startsWith('AUTHORIZER_') === true ? x.error.type : undefined),
  'authorizer.integrationLatency': authorizerLatency,
  'authorizer.integrationStatus': authorizerStatus,
  'authorizer.latency': authorizerLatency,
  'authorizer.requestId': (x) => x.authorizer && x.requestId,
  'authorizer.status': authorizerStatus,
  awsEndpointRequestId: (x) => x.extendedRequestId,
  deploymentId: (x) => x.stage.deploymentId,
  domainName: (x) => x.domainName,
  domainPrefix: (x) => x.domainName.split('.', 1)[0],
  'error.message': (x) => x.error?.text,
  // The quoted form; null, not a text, where there is no message.
  'error.messageString': (x) => x.error && JSON.stringify(x.error.text),
  'error.responseType': (x) => x.error?.type,
  'error.validationErrorString': (x) => x.error?.validation,
  extendedRequestId: (x) => x.extendedRequestId,
  httpMethod: (x) => x.method,
  'identity.accessKey': (x) => x.identity.accessKey,
  'identity.accountId': (x) => x.identity.accountId,
  // The key itself is a secret; AWS's own logs show the end of it.
  'identity.apiKey': (x) => x.identity.apiKey && `******${x.identity.apiKey.slice(-6)}`,
  'identity.apiKeyId': (x) => x.identity.apiKeyId,
  'identity.caller': (x) => x.identity.caller,
  'identity.sourceIp': (x) => x.identity.sourceIp,
  'identity.user': (x) => x.identity.user,
  'identity.userAgent': (x) => x.identity.userAgent,
  'identity.userArn': (x) => x.identity.userArn,
  'integration.error': integrationError,
  'integration.integrationStatus': invocationStatus,
  'integration.latency': integrationLatency,
  'integration.requestId': (x) => x.extendedRequestId,
  'integration.status': (x) => x.integrationStatus,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus: invocationStatus,
  path: (x) => x.contextPath,
  protocol: (x) => x.protocol,
  requestId: (x) => x.requestId,
  requestTime: (x) => requestTime(x.startedMs),
  requestTimeEpoch: (x) => x.startedMs,
  resourceId: (x) => x.route?.resourceId,
  resourcePath: (x) => x.route?.resourcePath,
  responseLatency: (x) => x.responseLatencyMs,
  responseLength: (x) => x.responseBytes,
  stage: (x) => x.stage.name,
  status: (x) => x.status,
  xrayTraceId: (x) => x.traceId,
};

/**
 * The value of `$context.<name>` in the course of a request; undefined for what the request does not have. Variables of services
 * that are not emulated (WAF, Cognito, mutual TLS) are never there.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function contextVariable(name: string): VariableReader {
  const read = Object.hasOwn(readers, name) ? readers[name] : authorizerProperty(name);
  return (exchange) => {
    const value = read?.(exchange);
    return value === undefined || value === null ? undefined : String(value);
  };
}

function authorizerProperty(name: string): Read | undefined {
  const [scope, property, ...deeper] = name.split('.');
  if (scope !== 'authorizer' || property === undefined || deeper.length > 0) return undefined;
  return ({ authorizer }) =>
    authorizer !== undefined && Object.hasOwn(authorizer, property) ? authorizer[property] : undefined;
}

/** In Common Log Format, e.g. `20/Feb/2018:22:48:57 +0000`. */
export function requestTime(epochMs: number): string {
  // `Fri, 20 Feb 2018 22:48:57 GMT` has all of it, at a tenth of what Intl takes for it on every request.
  const [, day, month, year, time] = new Date(epochMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
