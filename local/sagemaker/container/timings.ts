/** How long things take and are waited for, in milliseconds. */
export interface Timings {
  /** Between two health checks of a container that serves. */
  readonly pingMs: number;
  /** Between two of one that starts. */
  readonly startupPingMs: number;
  /** A container has so long to answer a health check. AWS's. */
  readonly pingTimeoutMs: number;
  /** Before a container that has ended is started again; doubled each time, up to `restartMsMax`. */
  readonly restartMsMin: number;
  readonly restartMsMax: number;
  /** Between SIGTERM and SIGKILL. AWS gives 30 s; a local cloud that ends is not to take so long. */
  readonly stopMs: number;
  /** An answer has so long. AWS's. */
  readonly invokeMs: number;
  /** And one that is streamed. AWS's. */
  readonly streamMs: number;
  /** A request waits so long for its model to be loaded. AWS's. */
  readonly loadWaitMs: number;
  /** A container has so long to load or unload a model. AWS's. */
  readonly loadMs: number;
  /** Captured requests are written that often. */
  readonly captureMs: number;
}

export const timings: Timings = {
  pingMs: 5_000,
  startupPingMs: 50,
  pingTimeoutMs: 2_000,
  restartMsMin: 100,
  restartMsMax: 30_000,
  stopMs: 5_000,
  invokeMs: 60_000,
  streamMs: 8 * 60_000,
  loadWaitMs: 55_000,
  loadMs: 360_000,
  captureMs: 1_000,
};
