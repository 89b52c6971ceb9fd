/** Where a request that came over HTTP is to go. */
export interface GatewayTarget {
  readonly apiId: string;
  readonly stage: string;
  /** The request's path below the stage, percent-encoded as it came, without the query: `/v2/models`. */
  readonly path: string;
  /** True when a custom domain serves the stage at its root, so that the stage is not part of the path that the client sees. */
  readonly customDomain?: boolean;
  /**
   * True when the request came by the server's `checkContinue` event: the client sends its body only once it is asked to, which happens
   * after it has been let in.
   */
  readonly awaitsContinue?: boolean;
}
