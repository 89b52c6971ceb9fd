import { compileTemplate } from '../variables/compile-template.ts';
import { jsonEscaped } from '../variables/json-escaped.ts';
import type { Stage } from './stage.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
const formatBytesMax = 3_072;

/**
 * Compiles a stage's `AccessLogSetting`. What clients send is escaped for JSON, so that nobody writes lines of his own.
 * @throws when the destination is not a log group, or API Gateway would refuse the format
 */
export function compileAccessLog(destinationArn: string, format: string): NonNullable<Stage['accessLog']> {
  const logGroup = /^arn:aws[\w-]*:logs:[\w-]+:\d{12}:log-group:([^:*]+)(?::\*)?$/.exec(destinationArn)?.[1];
  if (logGroup === undefined) throw new Error(`the access log destination ${destinationArn} is not a log group`);
  if (Buffer.byteLength(format) > formatBytesMax)
    throw new Error(`the access log format is longer than ${formatBytesMax} bytes`);
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format)) {
    throw new Error('the access log format must contain $context.requestId or $context.extendedRequestId');
  }
  const oneLine = format.trim().replace(/\s*\n\s*/g, ' ');
  return { logGroup, line: compileTemplate(oneLine, { quote: jsonEscaped, absent: '-' }) };
}
