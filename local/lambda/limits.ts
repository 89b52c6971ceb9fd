/** Lambda's fixed limits. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const limits = {
  /** Event and answer of a synchronous invocation, each. */
  payloadBytesMax: 6_291_456,
  /** Event of an asynchronous invocation. */
  asyncPayloadBytesMax: 1_048_576,
  /** The init phase of an instance. */
  initSecondsMax: 10,
  layersMax: 5,
  /** Code and layers, unzipped. */
  codeBytesMax: 262_144_000,
  /** All variables of a function, as JSON. */
  environmentBytesMax: 4096,
  /** A function's resource policy, as JSON. */
  policyBytesMax: 20_480,
} as const;
