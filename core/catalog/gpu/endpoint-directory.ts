/** How an endpoint is. */
export interface EndpointState {
  /** SageMaker's word (`Creating`, `InService`, `Updating`, `Failed`, …), `absent`, or `unknown` when SageMaker could not be asked. */
  readonly status: string;
  /** Why it is not in service. */
  readonly reason?: string;
  /** That stand behind it now; absent when SageMaker does not say. */
  readonly instances?: number;
}

/** Knows the endpoints of the account. */
export interface EndpointDirectory {
  /** Never rejects, and takes 3 seconds at most. */
  describe(endpoint: string): Promise<EndpointState>;
}
