/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const limits = {
  /** Body and attributes of one message, and of all in one batch. */
  messageBytesMax: 1_048_576,
  batchEntriesMax: 10,
  delaySecondsMax: 900,
  waitSecondsMax: 20,
  visibilitySecondsMax: 43_200,
  attributesMax: 10,
} as const;
