import type { Principal } from '../../iam/principal.ts';
import type { LogSink } from '../../logs/log-sink.ts';
import type { Reaper } from '../../process/reaper.ts';
import type { S3Objects } from '../../s3/objects-of.ts';
import type { Timings } from '../container/timings.ts';
import type { ModelFiles } from './model-files.ts';

/** What all endpoints on this machine share. */
export interface Host {
  readonly region: string;
  readonly account: string;
  /** Holds a folder for each running container. */
  readonly scratch: string;
  readonly files: ModelFiles;
  readonly objectsOf: (role: Principal) => S3Objects;
  readonly logs: LogSink;
  readonly reaper: Reaper;
  readonly timings: Timings;
  /** Takes a line about what goes wrong after an endpoint has come into service. */
  readonly log: (line: string) => void;
  /** Takes a line when an endpoint has come into service or failed to. */
  readonly onProgress: (line: string) => void;
  /** Between 0 and 1, without 1. */
  readonly random: () => number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
