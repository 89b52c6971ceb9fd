import * as z from 'zod';
import type { CaptureDefinition } from '../definition/endpoint-config.ts';
import { s3Place } from '../definition/s3-place.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sagemaker-endpointconfig-datacaptureconfig.html */
export const captureProperties = z
  .strictObject({
    EnableCapture: z.boolean().default(true),
    InitialSamplingPercentage: z.coerce.number().int().min(0).max(100),
    DestinationS3Uri: s3Place,
    KmsKeyId: z.string().optional(),
    CaptureOptions: z.array(z.strictObject({ CaptureMode: z.enum(['Input', 'Output', 'InputAndOutput']) })).min(1),
    CaptureContentTypeHeader: z
      .strictObject({
        CsvContentTypes: z.array(z.string()).default([]),
        JsonContentTypes: z.array(z.string()).default([]),
      })
      .default({ CsvContentTypes: [], JsonContentTypes: [] }),
  })
  .transform((declared): CaptureDefinition | undefined => {
    const modes = declared.CaptureOptions.map(({ CaptureMode }) => CaptureMode);
    if (!declared.EnableCapture) return undefined;
    return {
      destination: declared.DestinationS3Uri,
      samplingPercentage: declared.InitialSamplingPercentage,
      input: modes.some((mode) => mode !== 'Output'),
      output: modes.some((mode) => mode !== 'Input'),
      csvContentTypes: declared.CaptureContentTypeHeader.CsvContentTypes,
      jsonContentTypes: declared.CaptureContentTypeHeader.JsonContentTypes,
      kmsKeyId: declared.KmsKeyId,
    };
  });
