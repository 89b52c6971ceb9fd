import type { AwsError } from '../endpoint/aws-call.ts';
import type { S3Answer } from './request/s3-answer.ts';
import { xmlDocument } from './xml/xml-document.ts';

/**
 * An error as S3 writes it: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses
 *
 * @param resource the path of the request
 */
export const errorAnswer = ({ code, status, message }: AwsError, resource: string, requestId: string): S3Answer => ({
  status,
  body: xmlDocument('Error', { Code: code, Message: message, Resource: resource, RequestId: requestId }),
});
