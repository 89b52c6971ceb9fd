import type { Timings } from './container/timings.ts';
import type { EndpointConfig } from './definition/endpoint-config.ts';
import type { Model } from './definition/model.ts';
import type { Named } from './definition/named.ts';
import type { Endpoint } from './hosting/endpoint.ts';

/** What the templates have declared. */
export interface SageMakerState {
  readonly region: string;
  readonly account: string;
  readonly models: Named<Model>;
  readonly configs: Named<EndpointConfig>;
  readonly endpoints: Named<Endpoint>;
  readonly timings: Timings;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
