/** What the parent process asks. */
export interface EngineRequest {
  readonly id: number;
  /** `stop` closes the database and ends the process. */
  readonly operation: string;
  /** JSON. */
  readonly input: string;
}

/** What the engine process says: once that it is ready or cannot start, then an answer to each request. */
export type EngineMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'answer'; readonly id: number; readonly status: number; readonly body: string };

/** Its command line, as JSON. */
export interface EngineSettings {
  readonly folder: string;
  readonly region: string;
  readonly account: string;
  readonly sweepMs: number;
}
