const prefix = 'x-amzn-sagemaker-';

/** The headers of the runtime API. */
export const headerNames = {
  accept: `${prefix}accept`,
  closedSessionId: `${prefix}closed-session-id`,
  contentType: `${prefix}content-type`,
  customAttributes: `${prefix}custom-attributes`,
  enableExplanations: `${prefix}enable-explanations`,
  failureLocation: `${prefix}failurelocation`,
  filename: `${prefix}filename`,
  inferenceComponent: `${prefix}inference-component`,
  inferenceId: `${prefix}inference-id`,
  inputLocation: `${prefix}inputlocation`,
  invocationTimeout: `${prefix}invocationtimeoutseconds`,
  invokedVariant: 'x-amzn-invoked-production-variant',
  newSessionId: `${prefix}new-session-id`,
  outputLocation: `${prefix}outputlocation`,
  outputPathExtension: `${prefix}s3outputpathextension`,
  requestTtl: `${prefix}requestttlseconds`,
  sessionId: `${prefix}session-id`,
  targetContainer: `${prefix}target-container-hostname`,
  targetModel: `${prefix}target-model`,
  targetVariant: `${prefix}target-variant`,
} as const;
