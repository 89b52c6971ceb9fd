/** Writes log lines; never tensors, and of requests nothing but what an operator needs. */
export interface Log {
  info(text: string): void;
  error(text: string): void;
}

/**
 * Lines in Triton's form, `I0131 12:00:00.123456 4711] "text"`: what happens to stdout, errors to stderr.
 *
 * @param write takes a line for one of the two
 */
export function tritonLog(write: (to: 'stdout' | 'stderr', line: string) => void): Log {
  const line = (level: 'I' | 'E', text: string): string => {
    const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:.]+)Z$/.exec(new Date().toISOString()) ?? [];
    return `${level}${month}${day} ${time}000 ${process.pid}] ${JSON.stringify(text)}`;
  };
  return {
    info: (text) => write('stdout', line('I', text)),
    error: (text) => write('stderr', line('E', text)),
  };
}
