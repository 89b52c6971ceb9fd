/** S3's answer to one request. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** XML as text, or an object's content. Never sent in answer to HEAD. */
  readonly body?: string | AsyncIterable<Uint8Array>;
  /** Called once when the answer has left, or has failed to. */
  readonly release?: () => Promise<void>;
}
