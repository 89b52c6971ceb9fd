import type { LogSink } from '../logs/log-sink.ts';
import type { Exchange } from './exchange.ts';

export type ExecutionLog = (exchange: Exchange, text: string) => void;

/**
 * Where a developer reads why the gateway answered by itself. The log group is named as API Gateway names it; only failures are
 * written, and never a header, a body or what a function returned.
 */
export const executionLog =
  (logs: LogSink): ExecutionLog =>
  ({ stage, requestId }, text) =>
    logs.write(`API-Gateway-Execution-Logs_${stage.apiId}/${stage.name}`, `(${requestId}) ${text}`);
