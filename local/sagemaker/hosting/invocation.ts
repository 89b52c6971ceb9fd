/** What a client asks of an endpoint. */
export interface Invocation<Body extends readonly Uint8Array[] | AsyncIterable<Uint8Array> = readonly Uint8Array[]> {
  /** In pieces as they came, so that a large one is never copied on its way. */
  readonly body: Body;
  readonly lengthBytes: number;
  /** For the container, names in lower case: `content-type`, `accept` and SageMaker's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Only with an endpoint of several models. */
  readonly targetModel: string | undefined;
}
