import { SqsError } from './sqs-error.ts';

const named = (code: string, message: string): SqsError =>
  new SqsError(code, 400, message, `AWS.SimpleQueueService.${code}`);

/** What SQS refuses, in its words. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
export const refusals = {
  noQueue: () =>
    new SqsError(
      'QueueDoesNotExist',
      400,
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    ),
  address: (url: string) =>
    new SqsError('InvalidAddress', 404, `The address ${url.slice(0, 200)} is not valid for this endpoint.`),
  missing: (parameter: string) =>
    new SqsError('MissingParameter', 400, `The request must contain the parameter ${parameter}.`),
  illegible: (what: string) => new SqsError('SerializationException', 400, what),
  value: (message: string) => new SqsError('InvalidParameterValue', 400, message),
  outOfRange: (parameter: string, value: number, min: number, max: number) =>
    new SqsError(
      'InvalidParameterValue',
      400,
      `Value ${value} for parameter ${parameter} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
    ),
  attributeName: (name: string) =>
    new SqsError('InvalidAttributeName', 400, `Unknown Attribute ${name.slice(0, 100)}.`),
  characters: () =>
    new SqsError(
      'InvalidMessageContents',
      400,
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    ),
  emptyBatch: () => named('EmptyBatchRequest', 'There should be at least one entry in the request.'),
  tooManyEntries: (count: number) =>
    named('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${count}.`),
  sameIds: (id: string) => named('BatchEntryIdsNotDistinct', `Id ${id} repeated.`),
  entryId: () =>
    named(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ),
  batchBytes: (max: number, sent: number) =>
    named('BatchRequestTooLong', `Batch requests cannot be longer than ${max} bytes. You have sent ${sent} bytes.`),
  receipt: (handle: string) =>
    new SqsError(
      'ReceiptHandleIsInvalid',
      404,
      `The input receipt handle "${handle.slice(0, 100)}" is not a valid receipt handle.`,
    ),
  gone: (handle: string) =>
    new SqsError(
      'InvalidParameterValue',
      400,
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    ),
  notInFlight: () => named('MessageNotInflight', 'The specified message is not in flight.'),
  purging: (queue: string) =>
    new SqsError(
      'PurgeQueueInProgress',
      403,
      `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`,
      'AWS.SimpleQueueService.PurgeQueueInProgress',
    ),
  noResource: (message: string) => new SqsError('ResourceNotFoundException', 404, message),
  unsupported: (message: string) => named('UnsupportedOperation', message),
} as const;
