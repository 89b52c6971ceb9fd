import type { LogSink } from '../logs/log-sink.ts';
import type { Exchange } from './exchange.ts';

/**
 * Writes one line per request where the stage wants it.
 * @param onAccess also gets each line, of every stage with an access log
 */
export const accessLog =
  (logs: LogSink, onAccess: ((line: string) => void) | undefined) =>
  (exchange: Exchange): void => {
    const log = exchange.stage.accessLog;
    if (log === undefined) return;
    const line = log.line(exchange);
    logs.write(log.logGroup, line);
    onAccess?.(line);
  };
