import { AwsError } from '../endpoint/aws-call.ts';

/**
 * The errors of S3 with their documented codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * Where a message names a value, it is one that the caller sent.
 */
export const s3Error = {
  accessDenied: (message = 'Access Denied') => new AwsError('AccessDenied', 403, message),
  badDigest: (what: string) =>
    new AwsError('BadDigest', 400, `The ${what} you specified did not match the calculated checksum.`),
  conflict: () =>
    new AwsError(
      'ConditionalRequestConflict',
      409,
      'A conflicting operation occurred during the upload. Look at the object again and retry the upload.',
    ),
  contentSha256Mismatch: () =>
    new AwsError(
      'XAmzContentSHA256Mismatch',
      400,
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
  entityTooLarge: (maxBytes: number) =>
    new AwsError(
      'EntityTooLarge',
      400,
      `Your proposed upload exceeds the maximum allowed object size of ${maxBytes} bytes.`,
    ),
  entityTooSmall: (minBytes: number) =>
    new AwsError(
      'EntityTooSmall',
      400,
      `Your proposed upload is smaller than the minimum allowed size of ${minBytes} bytes.`,
    ),
  incompleteBody: () =>
    new AwsError(
      'IncompleteBody',
      400,
      'The request body does not have the number of bytes that its headers announce.',
    ),
  invalidArgument: (message: string) => new AwsError('InvalidArgument', 400, message),
  invalidDigest: () => new AwsError('InvalidDigest', 400, 'The Content-MD5 you specified is not valid.'),
  invalidPart: () =>
    new AwsError(
      'InvalidPart',
      400,
      'One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag or checksum may not match.',
    ),
  invalidPartOrder: () =>
    new AwsError('InvalidPartOrder', 400, 'The list of parts was not in ascending order, each part number once.'),
  invalidRange: () => new AwsError('InvalidRange', 416, 'The requested range is not satisfiable'),
  invalidRequest: (message: string) => new AwsError('InvalidRequest', 400, message),
  keyTooLong: () => new AwsError('KeyTooLongError', 400, 'Your key is too long: at most 1024 bytes in UTF-8.'),
  malformedXml: () =>
    new AwsError(
      'MalformedXML',
      400,
      'The XML you provided was not well-formed or did not validate against our published schema',
    ),
  malformedPost: (message: string) => new AwsError('MalformedPOSTRequest', 400, message),
  metadataTooLarge: () =>
    new AwsError(
      'MetadataTooLarge',
      400,
      'Your metadata headers exceed the maximum allowed metadata size of 2048 bytes.',
    ),
  methodNotAllowed: () =>
    new AwsError('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.'),
  missingContentLength: () =>
    new AwsError('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.'),
  noSuchBucket: () => new AwsError('NoSuchBucket', 404, 'The specified bucket does not exist'),
  noSuchKey: () => new AwsError('NoSuchKey', 404, 'The specified key does not exist.'),
  noSuchUpload: () =>
    new AwsError(
      'NoSuchUpload',
      404,
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    ),
  notImplemented: (what: string) => new AwsError('NotImplemented', 501, `${what} is not implemented.`),
  preconditionFailed: () =>
    new AwsError('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold'),
} as const;
