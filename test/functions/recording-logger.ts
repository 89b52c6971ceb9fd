import { inspect } from 'node:util';
import type { Logger } from '@aws-lambda-powertools/logger';

/** A logger that keeps its lines, so that a test can look for what must not be in them. */
export function recordingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (...line: unknown[]): void => {
    lines.push(inspect(line, { depth: 10 }));
  };
  return { logger: { info: write, warn: write, error: write, debug: write } as unknown as Logger, lines };
}
