import type { JournalShards } from '../metering/journal-shards.ts';
import type { Route } from './route.ts';
import type { Scope } from './scope.ts';

/** An HTTP request to one of our routes, free of any cloud's event shape. */
export interface ApiRequest {
  readonly route: Route;
  /** Values of the `{parameters}` in the route's path, URL-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case; a repeated header keeps its last value. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body, empty when there was none. */
  readonly body: Uint8Array;
  /** The gateway's request id, echoed as `x-request-id` and logged. A client can choose it, by sending `x-amzn-RequestId`. */
  readonly requestId: string;
  /** The gateway's own id of the request, which no client can choose. */
  readonly extendedRequestId?: string;
  /** Who calls. Comes from the authorizer only, never from anything that the client can write. */
  readonly caller: TenantCaller | OperatorCaller | AnonymousCaller;
  /** Milliseconds left until the platform kills the call, read when asked. */
  readonly remainingMs: () => number;
}

/** A tenant, as the authorizer found it behind the API key. */
export interface TenantCaller {
  readonly kind: 'tenant';
  readonly tenant: string;
  readonly plan: string;
  readonly keyId: string;
  /** What the key may be used for. */
  readonly scopes: readonly Scope[];
  /** Names of the models that exist for this caller, by the allow lists of tenant and key. Absent: all. */
  readonly models?: readonly string[];
  /** Version of the price book that was in force when the key was last looked at, at most two minutes ago. Absent: none is published. */
  readonly priceBook?: string;
  /** How many partitions the tenant's hours have in the journal. Absent: one, always. */
  readonly shards?: JournalShards;
}

/** An operator, authenticated by IAM. */
export interface OperatorCaller {
  readonly kind: 'operator';
  /** ARN of the IAM identity that signed the request. */
  readonly arn: string;
}

/** Somebody on a route that asks for no credentials; what the request says must stand for itself. */
export interface AnonymousCaller {
  readonly kind: 'anonymous';
}
