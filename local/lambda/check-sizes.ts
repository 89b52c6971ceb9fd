import { AwsError } from '../endpoint/aws-call.ts';
import { folderBytes } from './folder-bytes.ts';
import type { FunctionConfig } from './function-config.ts';
import { limits } from './limits.ts';

/** What Lambda weighs of a function when it is made. */
type Sized = Pick<FunctionConfig, 'environment' | 'layers' | 'taskRoot'>;

/**
 * Refuses a function that is too large for Lambda, in its words.
 * @throws AwsError `InvalidParameterValueException`: variables above 4 KB, or code and layers above 250 MiB
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function checkSizes({ environment, layers, taskRoot }: Sized): void {
  const variables = JSON.stringify(environment);
  if (Buffer.byteLength(variables) > limits.environmentBytesMax) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${variables}`,
    );
  }
  const sizeBytes = [taskRoot, ...layers].reduce((sum, folder) => sum + folderBytes(folder), 0);
  if (sizeBytes > limits.codeBytesMax) {
    throw invalid(
      `Function code combined with layers exceeds the maximum allowed size of ${limits.codeBytesMax} bytes. The actual size is ${sizeBytes} bytes.`,
    );
  }
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', 400, message);
