import type { AwsAccess } from '../core/aws/aws-access.ts';
import { defaultProvider } from './default-provider.ts';
import { environmentVariable } from './environment-variable.ts';

/**
 * How a function calls a service of AWS, from what Lambda and, where that differs from AWS, its surroundings have put into its
 * environment.
 *
 * @param service as `AWS_ENDPOINT_URL_<service>` names it: `DYNAMODB`, `S3`, `SAGEMAKER_RUNTIME`
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export const awsAccess = (service: string): AwsAccess => ({
  region: environmentVariable('AWS_REGION'),
  endpoint: process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env['AWS_ENDPOINT_URL'],
  credentials: defaultProvider(),
  random: Math.random,
});
