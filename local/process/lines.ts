import type { Readable } from 'node:stream';

/** CloudWatch's largest log event. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const bytesMax = 1_048_576;

/** Calls `line` with each line of a stream, without its line break. A longer one than CloudWatch takes arrives in pieces. */
export function lines(stream: Readable, line: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) line(part);
    if (rest.length >= bytesMax) {
      line(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '') line(rest);
  });
}
