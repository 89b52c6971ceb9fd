import type { LogSink } from '../logs/log-sink.ts';
import type { Reaper } from '../process/reaper.ts';
import type { RuntimeServer } from './runtime-server.ts';
import type { Sessions } from './sessions.ts';

/** What every instance on this machine shares. */
export interface Host {
  readonly region: string;
  /** `AWS_ENDPOINT_URL` of the functions. */
  readonly endpoint: string;
  /** The bundled runtime, a CommonJS file. */
  readonly runtimeFile: string;
  /** Holds a folder for each instance and what they share. */
  readonly folder: string;
  readonly log: LogSink;
  readonly server: RuntimeServer;
  readonly reaper: Reaper;
  readonly sessions: Sessions;
  /** How long an instance without work is kept. */
  readonly idleMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
