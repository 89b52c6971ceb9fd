/** An answer to write. */
export interface Answer {
  readonly status: number;
  /** Absent without a body. */
  readonly contentType?: string;
  readonly pieces: readonly Uint8Array[];
  readonly headers?: Readonly<Record<string, string>>;
}
