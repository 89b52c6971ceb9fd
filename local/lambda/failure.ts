/** Why an invocation got no answer from its handler: what its caller gets as the payload. */
export interface Failure {
  /** e.g. `Runtime.ExitError` */
  readonly errorType: string;
  readonly errorMessage: string;
}

const signalNames: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

function exitReason(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${signalNames[signal] ?? signal}`;
  return code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
}

/** The failures that the platform itself finds, worded as Lambda words them. */
export const failures = {
  exit: (requestId: string, code: number | null, signal: NodeJS.Signals | null): Failure => ({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: ${exitReason(code, signal)}`,
  }),
  timeout: (requestId: string, seconds: number): Failure => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  }),
  memory: (requestId: string): Failure => ({
    errorType: 'Runtime.OutOfMemory',
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  }),
  /** As the write would have failed on AWS, and with it a handler that does not expect that. */
  storage: { errorType: 'Error', errorMessage: 'ENOSPC: no space left on device, write' },
  responseSize: {
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  },
} as const;
