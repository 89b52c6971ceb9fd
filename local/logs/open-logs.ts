import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import { FileLogSink } from './file-log-sink.ts';
import { logGroupResource } from './log-group-resource.ts';
import { LogGroups } from './log-groups.ts';
import type { LogSink } from './log-sink.ts';
import { logsService } from './service.ts';

export interface LogsOptions {
  /** Of the files. */
  readonly folder: string;
  readonly region: string;
  readonly account: string;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The emulated CloudWatch Logs. */
export interface Logs {
  readonly sink: LogSink;
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /** Writes what is pending and closes the files. */
  stop(): void;
}

/** Opens them over a folder. */
export function openLogs({ folder, region, account, now = Date.now }: LogsOptions): Logs {
  const groups = new LogGroups(folder);
  const sink = new FileLogSink(folder, { now });
  return {
    sink,
    service: logsService({ region, account, groups, flush: () => sink.flush() }),
    resourceTypes: [logGroupResource(groups)],
    stop: () => sink.close(),
  };
}
