import { AwsError } from '../endpoint/aws-call.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', 400, message);

/** What SNS refuses, in its words. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
export const refusals = {
  noTopic: () => new AwsError('NotFound', 404, 'Topic does not exist'),
  parameter: (what: string) => invalid(`Invalid parameter: ${what}`),
  key: (message: string) => new AwsError('KMSAccessDenied', 400, message),
  unsupported: (what: string) => new AwsError('NotImplemented', 501, `${what} is not part of the local cloud's SNS.`),
} as const;
