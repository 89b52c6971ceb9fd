import type { AccessRequest } from './access-request.ts';
import type { ContextKeys } from './context-keys.ts';
import type { Principal } from './principal.ts';

/**
 * The condition keys of a request. What the service gives wins over the global keys, which are derived:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export class RequestContext implements ContextKeys {
  readonly #request: AccessRequest;
  readonly #now: Date;
  #given: Map<string, readonly string[]> | undefined;

  constructor(request: AccessRequest, now: Date) {
    this.#request = request;
    this.#now = now;
  }

  get(key: string): readonly string[] | undefined {
    const name = key.toLowerCase();
    this.#given ??= lowerCaseKeys(this.#request.context ?? {});
    const given = this.#given.get(name);
    if (given) {
      return given;
    }
    const value = globalKeys[name]?.(this.#request.principal, this.#now);
    return value === undefined ? undefined : [value];
  }
}

const lowerCaseKeys = (context: NonNullable<AccessRequest['context']>): Map<string, readonly string[]> =>
  new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), typeof value === 'string' ? [value] : value]),
  );

const isCaller = (principal: Principal): boolean => principal.arn.startsWith('arn:');

const globalKeys: Readonly<Record<string, (principal: Principal, now: Date) => string | undefined>> = {
  'aws:currenttime': (_, now) => now.toISOString(),
  'aws:epochtime': (_, now) => String(Math.floor(now.getTime() / 1000)),
  // The endpoint listens on the loopback interface alone: what AWS has TLS for cannot happen there.
  'aws:securetransport': () => 'true',
  'aws:sourceip': () => '127.0.0.1',
  'aws:viaawsservice': () => 'false',
  'aws:principalisawsservice': (principal) => String(principal.service !== undefined),
  'aws:principalservicename': (principal) => principal.service,
  'aws:sourcearn': (principal) => principal.sourceArn,
  'aws:sourceaccount': (principal) => (principal.sourceArn === undefined ? undefined : principal.account),
  'aws:principalarn': (principal) => (isCaller(principal) ? (principal.roleArn ?? principal.arn) : undefined),
  'aws:principalaccount': (principal) => (isCaller(principal) ? principal.account : undefined),
  'aws:principaltype': (principal) =>
    principal.roleArn ? 'AssumedRole' : isCaller(principal) ? 'User' : principal.service ? undefined : 'Anonymous',
  'aws:username': (principal) => /^arn:[^:]*:iam::[^:]*:user\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1],
};
