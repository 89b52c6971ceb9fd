import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorizeByIam, type VerifySignature } from './authorization/authorize-by-iam.ts';
import type { LambdaAuthorizers } from './authorization/lambda-authorizers.ts';
import type { Registry } from './definition/registry.ts';
import type { Route } from './definition/route.ts';
import type { Stage } from './definition/stage.ts';
import { Exchange } from './exchange.ts';
import type { ExecutionLog } from './execution-log.ts';
import type { GatewayTarget } from './gateway-target.ts';
import { integrate } from './integrate.ts';
import type { LambdaAccess } from './lambda-access.ts';
import { discardBody } from './request/discard-body.ts';
import { forwardedHeaders } from './request/forwarded-headers.ts';
import { refuseMissingParameters } from './request/missing-parameters.ts';
import { proxyEvent } from './request/proxy-event.ts';
import { announcedBytes, BodyError, readBody } from './request/read-body.ts';
import { type EventHeaders, RequestHeaders } from './request/request-headers.ts';
import type { Answer } from './response/answer.ts';
import { effectiveResponse } from './response/effective-response.ts';
import { GatewayFault } from './response/gateway-fault.ts';
import { gatewayAnswer } from './response/gateway-response.ts';
import { send } from './response/send.ts';
import type { UsagePlans } from './usage/usage-plans.ts';

/** API Gateway's limits: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const bodyBytesMax = 10 * 1024 * 1024;
const headBytesMax = 10_240;
const methodArnLengthMax = 1_600;

interface Surroundings {
  readonly registry: Registry;
  readonly authorizers: LambdaAuthorizers;
  readonly usagePlans: UsagePlans;
  readonly lambda: LambdaAccess;
  readonly verifySignature: VerifySignature;
  readonly log: ExecutionLog;
  readonly accessLog: (exchange: Exchange) => void;
  readonly now: () => number;
}

/** Takes requests for stages from HTTP to the functions behind them. */
export class Front {
  readonly #with: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
  }

  /** Answers one request. Throws only when a log cannot be written. */
  async handle(request: IncomingMessage, response: ServerResponse, target: GatewayTarget): Promise<void> {
    const stage = this.#with.registry.stage(target.apiId, target.stage);
    if (stage === undefined || (target.customDomain !== true && !stage.executeApiEndpoint)) {
      discardBody(request);
      send(request, response, forbidden, {});
      return;
    }
    const exchange = this.#begin(stage, request, target);
    let answer: Answer;
    try {
      answer = await this.#serve(exchange, request, response, target.awaitsContinue === true);
    } catch (error) {
      // Nobody is left to answer.
      if (error instanceof BodyError && error.reason === 'aborted') return;
      answer = this.#refusal(exchange, error);
    }
    exchange.status = answer.status;
    exchange.responseBytes = Buffer.byteLength(answer.body);
    exchange.responseLatencyMs = this.#with.now() - exchange.startedMs;
    if (!request.complete) {
      if (target.awaitsContinue === true) response.shouldKeepAlive = false;
      discardBody(request);
    }
    const sent = send(request, response, answer, {
      'x-amzn-RequestId': exchange.requestId,
      'x-amz-apigw-id': exchange.extendedRequestId,
      ...(exchange.error === undefined && { 'X-Amzn-Trace-Id': `Root=${exchange.traceId}` }),
    });
    if (!sent) this.#with.log(exchange, 'The client went away before it was answered');
    this.#with.accessLog(exchange);
  }

  #begin(stage: Stage, request: IncomingMessage, { path, customDomain }: GatewayTarget): Exchange {
    const url = request.url ?? '/';
    const mark = url.indexOf('?');
    return new Exchange({
      stage,
      method: request.method ?? 'GET',
      path,
      contextPath: customDomain === true ? path : `/${stage.name}${path}`,
      rawQuery: mark < 0 ? '' : url.slice(mark + 1),
      headers: new RequestHeaders(request.rawHeaders),
      sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
      protocol: `HTTP/${request.httpVersion}`,
      startedMs: this.#with.now(),
    });
  }

  async #serve(exchange: Exchange, request: IncomingMessage, response: ServerResponse, asks: boolean): Promise<Answer> {
    const { lambda, log, now, verifySignature } = this.#with;
    refuseOversizeHead(exchange, request);
    const route = findRoute(exchange);
    if ((announcedBytes(request) ?? 0) > bodyBytesMax) throw new GatewayFault('REQUEST_TOO_LARGE');
    if (exchange.methodArn.length > methodArnLengthMax) {
      throw new GatewayFault('DEFAULT_4XX', { status: 414, message: 'Request URI too long' });
    }
    const body = async (): Promise<Buffer> => {
      if (asks) response.writeContinue();
      return readBody(request, bodyBytesMax);
    };
    // The signature covers the body, so only there it has to be read before the caller is known.
    const signedBody = route.authorization === 'AWS_IAM' ? await body() : undefined;
    if (signedBody !== undefined) authorizeByIam(exchange, request.url ?? '/', signedBody, verifySignature);
    const eventHeaders = exchange.headers.forEvent(forwardedHeaders(exchange, request));
    const usageIdentifier = await this.#authorize(exchange, route, eventHeaders);
    if (route.apiKeyRequired) this.#identify(exchange, route, usageIdentifier);
    if (route.throttle?.tryTake() === false) throw new GatewayFault('THROTTLED');
    refuseMissingParameters(exchange, route.requiredParameters);
    const event = proxyEvent(exchange, eventHeaders, signedBody ?? (await body()));
    return integrate(exchange, route, event, { lambda, log, now });
  }

  async #authorize(exchange: Exchange, { authorization }: Route, headers: EventHeaders): Promise<string | undefined> {
    if (typeof authorization === 'string') return undefined;
    const { usageIdentifierKey } = await this.#with.authorizers.authorize(exchange, authorization, headers);
    return usageIdentifierKey;
  }

  #identify(exchange: Exchange, route: Route, usageIdentifier: string | undefined): void {
    const { stage, headers, identity } = exchange;
    const value = stage.keySource === 'AUTHORIZER' ? usageIdentifier : headers.get('x-api-key');
    const key = this.#with.usagePlans.admit(stage, route, value);
    identity.apiKey = key.value;
    identity.apiKeyId = key.id;
  }

  #refusal(exchange: Exchange, error: unknown): Answer {
    const fault = toFault(error);
    if (fault.type === 'DEFAULT_5XX' && fault.cause === error)
      this.#with.log(exchange, `Internal failure: ${String(error)}`);
    exchange.error = fault;
    return gatewayAnswer(exchange, fault, effectiveResponse(exchange.stage.gatewayResponses, fault));
  }
}

/** What AWS says about an API or stage that is not there, or not there under this name. */
const forbidden: Answer = {
  status: 403,
  headers: [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'ForbiddenException'],
  ],
  body: '{"message":"Forbidden"}',
};

function refuseOversizeHead(exchange: Exchange, request: IncomingMessage): void {
  if ((request.method?.length ?? 0) + (request.url?.length ?? 0) + exchange.headers.valueBytes <= headBytesMax) return;
  // The limit is documented, its answer is not: this is the status that HTTP has for it.
  throw new GatewayFault('DEFAULT_4XX', { status: 431, message: 'Request Header Fields Too Large' });
}

function findRoute(exchange: Exchange): Route {
  const match = exchange.stage.router.find(exchange.path);
  const route = match?.value.get(exchange.method) ?? match?.value.get('ANY');
  if (match === undefined || route === undefined) throw new GatewayFault('MISSING_AUTHENTICATION_TOKEN');
  exchange.route = route;
  exchange.pathParameters = match.parameters;
  return route;
}

function toFault(error: unknown): GatewayFault {
  if (error instanceof GatewayFault) return error;
  if (error instanceof BodyError) return new GatewayFault('REQUEST_TOO_LARGE', {}, { cause: error });
  return new GatewayFault('DEFAULT_5XX', {}, { cause: error });
}
