import type { LogSink } from '../logs/log-sink.ts';
import type { FunctionConfig } from './function-config.ts';

/** What the platform itself knows about one invocation. */
export interface Report {
  readonly requestId: string;
  readonly durationMs: number;
  readonly maxMemoryUsedMb: number;
  /** Of an instance's first invocation only. */
  readonly initMs?: number | undefined;
  readonly status: 'success' | 'error' | 'timeout' | 'failure';
  readonly errorType?: string | undefined;
}

/**
 * Writes Lambda's own lines about an invocation into the function's log group: `START`, `END` and `REPORT`, or their JSON events.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html
 */
export class PlatformLog {
  readonly #config: FunctionConfig;
  readonly #sink: LogSink;

  constructor(config: FunctionConfig, sink: LogSink) {
    this.#config = config;
    this.#sink = sink;
  }

  started(requestId: string): void {
    if (this.#config.logFormat === 'JSON') {
      this.#event('INFO', 'platform.start', { requestId, version: '$LATEST' });
    } else {
      this.line(`START RequestId: ${requestId} Version: $LATEST`);
    }
  }

  ended(report: Report): void {
    const { requestId, durationMs, maxMemoryUsedMb, initMs, status, errorType } = report;
    const billedMs = Math.ceil(durationMs + (initMs ?? 0));
    const memorySizeMb = this.#config.memorySizeMb;
    if (this.#config.logFormat === 'JSON') {
      this.#event(status === 'success' ? 'INFO' : 'WARN', 'platform.report', {
        requestId,
        metrics: {
          durationMs: rounded(durationMs),
          billedDurationMs: billedMs,
          memorySizeMB: memorySizeMb,
          maxMemoryUsedMB: maxMemoryUsedMb,
          ...(initMs !== undefined && { initDurationMs: rounded(initMs) }),
        },
        status,
        ...(errorType !== undefined && { errorType }),
      });
      return;
    }
    this.line(`END RequestId: ${requestId}`);
    const fields = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${billedMs} ms`,
      `Memory Size: ${memorySizeMb} MB`,
      `Max Memory Used: ${maxMemoryUsedMb} MB`,
    ];
    if (initMs !== undefined) fields.push(`Init Duration: ${initMs.toFixed(2)} ms`);
    if (status !== 'success') fields.push(`Status: ${status}`);
    if (errorType !== undefined) fields.push(`Error Type: ${errorType}`);
    this.line(fields.join('\t'));
  }

  /** An instance that never became ready. */
  initFailed(errorType: string, initMs: number): void {
    if (this.#config.logFormat === 'JSON') {
      this.#event('WARN', 'platform.initReport', {
        phase: 'init',
        status: 'error',
        errorType,
        metrics: { durationMs: rounded(initMs) },
      });
    } else {
      this.line(
        `INIT_REPORT Init Duration: ${initMs.toFixed(2)} ms\tPhase: init\tStatus: error\tError Type: ${errorType}`,
      );
    }
  }

  /** One line as it is: the function's own output. */
  line(text: string): void {
    this.#sink.write(this.#config.logGroup, text);
  }

  #event(level: 'INFO' | 'WARN', type: string, record: object): void {
    if (level === 'INFO' && this.#config.systemLogLevel === 'WARN') return;
    this.line(JSON.stringify({ time: new Date().toISOString(), type, record }));
  }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
