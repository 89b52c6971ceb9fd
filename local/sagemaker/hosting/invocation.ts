/** What a client asks of an endpoint. */
export interface Invocation<Body extends Uint8Array | AsyncIterable<Uint8Array> = Uint8Array> {
  readonly body: Body;
  readonly lengthBytes: number;
  /** For the container, names in lower case: `content-type`, `accept` and SageMaker's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only with an endpoint of several models. */
  readonly targetModel: string | undefined;
}
