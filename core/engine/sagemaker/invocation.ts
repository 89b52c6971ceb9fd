/** What is sent to a SageMaker endpoint. */
export interface Invocation {
  readonly contentType: string;
  /** Its parts, one after the other. */
  readonly body: readonly Uint8Array[];
  /** Which model of a multi-model endpoint: the key of its archive below the endpoint's prefix. */
  readonly targetModel?: string;
  /** Which inference component, of an endpoint that has such. */
  readonly inferenceComponent?: string | undefined;
}

/** What the container behind the endpoint answered, a success. */
export interface InvocationAnswer {
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Calls SageMaker endpoints. */
export interface EndpointInvoker {
  /**
   * @param deadlineMs how long it may take, to the last byte of the answer
   * @throws {InvokeError}
   */
  invoke(endpoint: string, invocation: Invocation, limits: { readonly deadlineMs: number }): Promise<InvocationAnswer>;
}
