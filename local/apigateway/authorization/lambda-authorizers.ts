import { hash } from 'node:crypto';
import { AwsError } from '../../endpoint/aws-call.ts';
import { evaluate } from '../../iam/evaluate.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import type { DeclaredAuthorizer } from '../definition/declared-authorizer.ts';
import type { Exchange } from '../exchange.ts';
import type { ExecutionLog } from '../execution-log.ts';
import type { LambdaAccess } from '../lambda-access.ts';
import type { EventHeaders } from '../request/request-headers.ts';
import { GatewayFault } from '../response/gateway-fault.ts';
import { type Grant, parseAuthorizerAnswer } from './authorizer-answer.ts';
import { authorizerEvent } from './authorizer-event.ts';
import { GrantCache } from './grant-cache.ts';

/** API Gateway's longest wait for an integration, which an authorizer is to it. */
const timeoutMs = 29_000;

interface Surroundings {
  readonly lambda: LambdaAccess;
  readonly log: ExecutionLog;
  readonly now: () => number;
}

/**
 * The REQUEST authorizers of every stage and what they have answered.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export class LambdaAuthorizers {
  readonly #lambda: LambdaAccess;
  readonly #log: ExecutionLog;
  readonly #now: () => number;
  /** `apiId/stage` -> answers */
  readonly #caches = new Map<string, GrantCache>();

  constructor({ lambda, log, now }: Surroundings) {
    this.#lambda = lambda;
    this.#log = log;
    this.#now = now;
  }

  /**
   * Asks the authorizer, or what it said before, and sets `exchange.authorizer`.
   * @returns the caller's grant
   * @throws GatewayFault UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR
   */
  async authorize(exchange: Exchange, authorizer: DeclaredAuthorizer, headers: EventHeaders): Promise<Grant> {
    const { stage } = exchange;
    const identity = authorizer.identitySources.map((read) => read(exchange));
    if (identity.some((value) => value === undefined || value === '')) throw new GatewayFault('UNAUTHORIZED');
    const startedMs = this.#now();
    const ask = (): Promise<Grant> => this.#ask(exchange, authorizer, headers);
    // A digest, so that callers' secrets do not lie about in memory.
    const key = hash('sha256', JSON.stringify([authorizer.id, identity]), 'base64');
    const { grant, cached } =
      authorizer.ttlMs === 0
        ? { grant: ask(), cached: false }
        : this.#cache(stage.apiId, stage.name).get(key, authorizer.ttlMs, ask);
    const { principalId, context, policy, usageIdentifierKey } = await grant;
    const latencyMs = cached ? 0 : this.#now() - startedMs;
    exchange.authorizerLatencyMs = latencyMs;
    exchange.authorizerStatus = 200;
    exchange.authorizer = { ...context, principalId, integrationLatency: latencyMs };
    this.#decide(exchange, principalId, policy);
    return { principalId, context, policy, usageIdentifierKey };
  }

  /** Forgets what the authorizers of a stage have answered. */
  flush(apiId: string, stage: string): void {
    this.#cache(apiId, stage).clear();
  }

  #cache(apiId: string, stage: string): GrantCache {
    const key = `${apiId}/${stage}`;
    const known = this.#caches.get(key) ?? new GrantCache(this.#now);
    this.#caches.set(key, known);
    return known;
  }

  async #ask(exchange: Exchange, { id, functionArn }: DeclaredAuthorizer, headers: EventHeaders): Promise<Grant> {
    const { region, account, apiId } = exchange.stage;
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${apiId}/authorizers/${id}`;
    if (
      !this.#lambda.permits({ functionArn, principal: 'apigateway.amazonaws.com', sourceArn, sourceAccount: account })
    ) {
      this.#log(exchange, `Execution failed: ${functionArn} has no permission for ${sourceArn}`);
      throw new GatewayFault('AUTHORIZER_CONFIGURATION_ERROR');
    }
    const invocation = this.#lambda.invoke(functionArn, authorizerEvent(exchange, headers));
    const { payload, functionError } = await withDeadline(invocation, timeoutMs).catch((cause: unknown) => {
      const reason =
        cause instanceof AwsError ? cause.code : cause instanceof DeadlineError ? cause.message : String(cause);
      this.#log(exchange, `Execution failed: the authorizer ${functionArn} could not be asked: ${reason}`);
      throw new GatewayFault('AUTHORIZER_FAILURE', {}, { cause });
    });
    if (functionError !== undefined) {
      // The one error by which an authorizer says 401: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
      if (errorMessage(payload) === 'Unauthorized') throw new GatewayFault('UNAUTHORIZED');
      this.#log(exchange, `Execution failed: the authorizer ${functionArn} ended with ${functionError}`);
      throw new GatewayFault('AUTHORIZER_FAILURE');
    }
    try {
      return parseAuthorizerAnswer(payload);
    } catch (cause) {
      this.#log(exchange, `Execution failed due to configuration error: ${(cause as Error).message}`);
      throw new GatewayFault('AUTHORIZER_CONFIGURATION_ERROR', {}, { cause });
    }
  }

  #decide(exchange: Exchange, principalId: string, policy: Grant['policy']): void {
    const { account } = exchange.stage;
    let decision: ReturnType<typeof evaluate>;
    try {
      decision = evaluate({
        principal: { arn: principalId, account, policies: [policy] },
        action: 'execute-api:Invoke',
        resource: exchange.methodArn,
        context: { 'aws:SourceIp': exchange.identity.sourceIp },
      });
    } catch (cause) {
      this.#log(
        exchange,
        `Execution failed due to configuration error: the policy cannot be read: ${(cause as Error).message}`,
      );
      throw new GatewayFault('AUTHORIZER_CONFIGURATION_ERROR', {}, { cause });
    }
    if (decision.allowed) return;
    const explicit = decision.reason.startsWith('with an explicit deny') ? ' with an explicit deny' : '';
    throw new GatewayFault('ACCESS_DENIED', { message: `User is not authorized to access this resource${explicit}` });
  }
}

function errorMessage(payload: Buffer): unknown {
  try {
    return (JSON.parse(payload.toString('utf8')) as { errorMessage?: unknown } | null)?.errorMessage;
  } catch {
    return undefined;
  }
}
