import * as z from 'zod';
import type { AsynchronousDefinition } from '../definition/endpoint-config.ts';
import { s3Place } from '../definition/s3-place.ts';

/** SageMaker chooses a number where a template does not; this one suits one machine. */
const concurrentInvocationsPreset = 4;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sagemaker-endpointconfig-asyncinferenceconfig.html */
export const asynchronousProperties = z
  .strictObject({
    ClientConfig: z
      .strictObject({ MaxConcurrentInvocationsPerInstance: z.coerce.number().int().min(1).max(1000).optional() })
      .optional(),
    OutputConfig: z.strictObject({
      S3OutputPath: s3Place,
      S3FailurePath: s3Place.optional(),
      KmsKeyId: z.string().optional(),
    }),
  })
  .transform(
    ({ ClientConfig, OutputConfig }): AsynchronousDefinition => ({
      output: OutputConfig.S3OutputPath,
      failure: OutputConfig.S3FailurePath,
      kmsKeyId: OutputConfig.KmsKeyId,
      concurrentInvocationsMax: ClientConfig?.MaxConcurrentInvocationsPerInstance ?? concurrentInvocationsPreset,
    }),
  );
