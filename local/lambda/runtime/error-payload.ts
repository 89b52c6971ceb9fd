/** What a caller gets for a failed invocation: `{"errorType", "errorMessage", "trace"}`, as AWS's Node.js runtime writes it. */
export function errorPayload(error: unknown, errorType?: string): string {
  if (!(error instanceof Error)) {
    return JSON.stringify({ errorType: errorType ?? typeof error, errorMessage: String(error), trace: [] });
  }
  return JSON.stringify({
    errorType: errorType ?? error.name,
    errorMessage: error.message,
    trace: error.stack?.split('\n') ?? [],
  });
}
