/** Takes the lines of a log group; the file that it keeps is `<data>/logs/<group>.log`. */
export interface LogSink {
  write(logGroup: string, line: string): void;
}
