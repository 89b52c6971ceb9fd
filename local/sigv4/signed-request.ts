/** What a signature is made over, as it came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Percent-encoded, without the `?`. */
  readonly query: string;
  /** Names in lower case; the values of a repeated header joined with `,`. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Hex SHA-256 of the body. For S3: the `x-amz-content-sha256` header (`UNSIGNED-PAYLOAD`, `STREAMING-…`, or a digest that the
   * caller compares with the body's once it is read); `UNSIGNED-PAYLOAD` for a presigned URL.
   */
  readonly bodySha256: string;
}
