/**
 * Says where an unexpected error was thrown, for a log. Its message stays out: those of parsers quote what they read, and payloads
 * never reach a log.
 */
export const describeFailure = (error: unknown): string => {
  if (!(error instanceof Error)) {
    return `a thrown ${typeof error}`;
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}${frames
    .slice(0, 8)
    .map((frame) => ` <${frame.trim()}>`)
    .join('')}`;
};
