/** What goes back to the client. */
export interface Answer {
  readonly status: number;
  /** Names as they are sent; a name may come several times. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
}
