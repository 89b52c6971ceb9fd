import type { Exchange } from '../exchange.ts';
import type { GatewayResponse } from '../response/gateway-response.ts';
import type { GatewayResponseType } from '../response/gateway-response-types.ts';
import type { PathRouter } from '../routing/path-router.ts';
import type { Route } from './route.ts';

/** A stage with its deployment, compiled: nothing of the template is looked up again while it serves. */
export interface Stage {
  readonly apiId: string;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly keySource: 'HEADER' | 'AUTHORIZER';
  readonly isBinary: (mediaType: string) => boolean;
  readonly executeApiEndpoint: boolean;
  /** Path -> HTTP method or `ANY` -> route. */
  readonly router: PathRouter<ReadonlyMap<string, Route>>;
  readonly gatewayResponses: ReadonlyMap<GatewayResponseType, GatewayResponse>;
  readonly accessLog: { readonly logGroup: string; readonly line: (exchange: Exchange) => string } | undefined;
}
