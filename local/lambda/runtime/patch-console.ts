import { format } from 'node:util';

const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
const severity = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/**
 * Makes `console` write what AWS's runtime writes: `time <tab> request id <tab> level <tab> message`, or one JSON object a line.
 * @param requestId of the invocation at hand, `undefined` while the module loads
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export function patchConsole(json: boolean, levelMin: string, requestId: () => string | undefined): void {
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, string][]) {
    console[method] = (...values: unknown[]) => {
      if (json && severity.indexOf(level) < severity.indexOf(levelMin)) return;
      const timestamp = new Date().toISOString();
      const message = format(...values);
      const line = json
        ? JSON.stringify({ timestamp, level, requestId: requestId(), message, ...described(values) })
        : // One event is one line of the log: CloudWatch keeps the line breaks, a file would tear them apart.
          `${timestamp}\t${requestId() ?? 'undefined'}\t${level}\t${message}`.replaceAll('\n', '\r');
      process.stdout.write(`${line}\n`);
    };
  }
}

function described(values: readonly unknown[]): object {
  const error = values.find((value) => value instanceof Error);
  if (error === undefined) return {};
  return { errorType: error.name, errorMessage: error.message, stackTrace: error.stack?.split('\n') };
}
