import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestParameter } from './definition/request-parameter.ts';
import type { Route } from './definition/route.ts';
import type { Stage } from './definition/stage.ts';
import { parseQueryParameters, type QueryParameters } from './request/query-parameters.ts';
import type { RequestHeaders } from './request/request-headers.ts';
import type { GatewayFault } from './response/gateway-fault.ts';

/** Who calls, as `requestContext.identity` and `$context.identity` tell it. */
export interface Identity {
  readonly sourceIp: string;
  readonly userAgent: string | null;
  apiKey: string | null;
  apiKeyId: string | null;
  accessKey: string | null;
  accountId: string | null;
  caller: string | null;
  user: string | null;
  userArn: string | null;
}

interface Arrival {
  readonly stage: Stage;
  readonly method: string;
  /** Below the stage, percent-encoded, without the query. */
  readonly path: string;
  /** As the client sees it: with the stage in front on the execute-api endpoint. */
  readonly contextPath: string;
  /** Percent-encoded, without the `?`. */
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly sourceIp: string;
  readonly protocol: string;
  readonly startedMs: number;
}

/** One request on its way through the gateway, and what became known of it so far. */
export class Exchange {
  readonly stage: Stage;
  readonly method: string;
  readonly path: string;
  readonly contextPath: string;
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  readonly protocol: string;
  readonly domainName: string;
  readonly startedMs: number;
  /** The client's own, when it sent one. */
  readonly requestId: string;
  /** Never the client's. */
  readonly extendedRequestId: string = randomBytes(11).toString('base64');
  readonly traceId: string;
  readonly identity: Identity;
  route: Route | undefined;
  pathParameters: Readonly<Record<string, string>> = {};
  /** The authorizer's context as texts, its principalId and integrationLatency. */
  authorizer: Readonly<Record<string, string | number>> | undefined;
  authorizerStatus: number | undefined;
  authorizerLatencyMs: number | undefined;
  /** What Lambda answered the invocation with; the function's own status is `integrationStatus`. */
  invocationStatus: number | undefined;
  integrationStatus: number | undefined;
  integrationLatencyMs: number | undefined;
  integrationError: string | undefined;
  error: GatewayFault | undefined;
  status: number | undefined;
  responseBytes: number | undefined;
  responseLatencyMs: number | undefined;
  #query: { readonly parsed: QueryParameters | undefined } | undefined;

  constructor(arrival: Arrival) {
    this.stage = arrival.stage;
    this.method = arrival.method;
    this.path = arrival.path;
    this.contextPath = arrival.contextPath;
    this.rawQuery = arrival.rawQuery;
    this.headers = arrival.headers;
    this.protocol = arrival.protocol;
    this.startedMs = arrival.startedMs;
    this.domainName = (arrival.headers.get('host') ?? '').replace(/:\d+$/, '');
    this.requestId = arrival.headers.get('x-amzn-requestid') || randomUUID();
    const seconds = Math.floor(arrival.startedMs / 1000)
      .toString(16)
      .padStart(8, '0');
    this.traceId = `1-${seconds}-${randomBytes(12).toString('hex')}`;
    this.identity = {
      sourceIp: arrival.sourceIp,
      userAgent: arrival.headers.get('user-agent') ?? null,
      apiKey: null,
      apiKeyId: null,
      accessKey: null,
      accountId: null,
      caller: null,
      user: null,
      userArn: null,
    };
  }

  get query(): QueryParameters | undefined {
    this.#query ??= { parsed: parseQueryParameters(this.rawQuery) };
    return this.#query.parsed;
  }

  /**
   * What policies about this call name. Slashes at the end are left out, as routing does, so that no policy is passed by adding one.
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
   */
  get methodArn(): string {
    const { region, account, apiId, name } = this.stage;
    const path = this.path.replace(/\/+$/, '');
    return `arn:aws:execute-api:${region}:${account}:${apiId}/${name}/${this.method}${path === '' ? '/' : path}`;
  }

  /** A header, query or path parameter of the request. */
  parameter({ in: place, name }: RequestParameter): string | undefined {
    if (place === 'header') return this.headers.get(name.toLowerCase());
    const values = place === 'path' ? this.pathParameters : this.query?.single;
    return values?.[name];
  }
}
