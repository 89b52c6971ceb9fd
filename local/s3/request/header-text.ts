import { s3Error } from '../s3-error.ts';

/**
 * Text that is to be sent as a header's value, e.g. of `response-content-disposition`.
 *
 * @throws AwsError `InvalidArgument` for what no header can carry, line breaks above all
 */
export function headerText(text: string): string {
  if (!/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text)) {
    throw s3Error.invalidArgument('Header value cannot be represented using ISO-8859-1.');
  }
  return text;
}
