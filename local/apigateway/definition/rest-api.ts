import type { GatewayResponse } from '../response/gateway-response.ts';
import type { GatewayResponseType } from '../response/gateway-response-types.ts';
import type { DeclaredAuthorizer } from './declared-authorizer.ts';
import type { DeclaredMethod } from './declared-method.ts';

/** A REST API as the template declares it. Grows while its resources are created; a deployment takes a copy. */
export interface RestApi {
  readonly id: string;
  readonly rootResourceId: string;
  readonly keySource: 'HEADER' | 'AUTHORIZER';
  /** e.g. `*\/*`, `image/png` */
  readonly binaryMediaTypes: readonly string[];
  /** False: only a custom domain leads to it. */
  readonly executeApiEndpoint: boolean;
  /** Resource id -> path, e.g. `/v2/models/{model}`. */
  readonly paths: Map<string, string>;
  readonly methods: Map<string, DeclaredMethod>;
  readonly authorizers: Map<string, DeclaredAuthorizer>;
  /** Validator id -> whether it checks the required parameters. */
  readonly validators: Map<string, boolean>;
  readonly gatewayResponses: Map<GatewayResponseType, GatewayResponse>;
}
