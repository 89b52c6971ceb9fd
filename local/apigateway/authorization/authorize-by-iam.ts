import { hash } from 'node:crypto';
import { AwsError } from '../../endpoint/aws-call.ts';
import { evaluate } from '../../iam/evaluate.ts';
import type { Principal } from '../../iam/principal.ts';
import type { SignedRequest } from '../../sigv4/signed-request.ts';
import type { Exchange } from '../exchange.ts';
import { GatewayFault } from '../response/gateway-fault.ts';
import type { GatewayResponseType } from '../response/gateway-response-types.ts';

/** Who signed this request; throws `AwsError` when nobody known did. */
export type VerifySignature = (request: SignedRequest) => Principal;

const faultOf: Readonly<Record<string, GatewayResponseType>> = {
  MissingAuthenticationTokenException: 'MISSING_AUTHENTICATION_TOKEN',
  ExpiredTokenException: 'EXPIRED_TOKEN',
};

/**
 * AWS_IAM authorization: checks the signature over the request as it came, then asks the caller's policies for `execute-api:Invoke`.
 * @param url the request's own path and query, which for the execute-api endpoint include what is in front of the stage
 * @throws GatewayFault MISSING_AUTHENTICATION_TOKEN, INVALID_SIGNATURE, EXPIRED_TOKEN or ACCESS_DENIED
 */
export function authorizeByIam(exchange: Exchange, url: string, body: Buffer, verify: VerifySignature): void {
  const [path, query] = splitOnce(url, '?');
  const headers = exchange.headers.joined();
  let principal: Principal;
  try {
    principal = verify({ method: exchange.method, path, query, headers, bodySha256: hash('sha256', body, 'hex') });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message } = error;
    throw new GatewayFault(faultOf[code] ?? 'INVALID_SIGNATURE', { message, exception: code }, { cause: error });
  }
  const { identity } = exchange;
  // The last part of the ARN stands for the unique id that IAM would have given: `operator`, `role/session`.
  const name = principal.arn
    .split(':')
    .slice(5)
    .join(':')
    .replace(/^[^/]*\//, '');
  identity.accountId = principal.account;
  identity.userArn = principal.arn;
  identity.caller = name;
  identity.user = name;
  identity.accessKey = /Credential=([^/,\s]+)/.exec(headers['authorization'] ?? '')?.[1] ?? null;
  const resource = exchange.methodArn;
  const { allowed, reason } = evaluate({
    principal,
    action: 'execute-api:Invoke',
    resource,
    context: { 'aws:SourceIp': identity.sourceIp },
  });
  if (allowed) return;
  throw new GatewayFault('ACCESS_DENIED', {
    message: `User: ${principal.arn} is not authorized to perform: execute-api:Invoke on resource: ${resource} ${reason}`,
  });
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
