/** The answer to an `ApiRequest`. A string is text (JSON), bytes travel as they are. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}
