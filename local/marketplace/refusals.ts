import { AwsError } from '../endpoint/aws-call.ts';

const refusal = (code: string, message: string): AwsError => new AwsError(code, 400, message);

/** What the service refuses. https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_BatchMeterUsage.html */
export const refusals = {
  invalid: (message: string) => refusal('ValidationException', message),
  legacy: (parameter: string) =>
    refusal(
      'ValidationException',
      `${parameter} is not supported: say CustomerAWSAccountId and LicenseArn in each record, and no ProductCode`,
    ),
  outOfBounds: (timestamp: string) =>
    refusal('TimestampOutOfBoundsException', `The timestamp ${timestamp} is out of the allowed range.`),
  license: (arn: string) =>
    refusal('InvalidLicenseException', `The license ${arn.slice(0, 300)} is not valid for this customer.`),
  products: () => refusal('InvalidLicenseException', 'The licenses of a request must be of one product.'),
  dimension: (name: string) =>
    refusal('InvalidUsageDimensionException', `The product has no usage dimension ${name.slice(0, 300)}.`),
  tags: () => refusal('InvalidTagException', 'A usage allocation has at most 5 tags, each with a key of its own.'),
  allocations: (reason: string) => refusal('InvalidUsageAllocationsException', reason),
  throttled: () => refusal('ThrottlingException', 'Rate exceeded'),
  failed: () => new AwsError('InternalServiceErrorException', 500, 'An internal error has occurred.'),
} as const;
