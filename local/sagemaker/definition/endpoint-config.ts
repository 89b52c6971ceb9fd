import type { S3Place } from '../../s3/objects-of.ts';
import type { Model } from './model.ts';

/** What an endpoint is made of. */
export interface EndpointConfig {
  readonly name: string;
  readonly arn: string;
  readonly variants: readonly VariantDefinition[];
  /** They get copies of the requests, and their answers go nowhere. */
  readonly shadows: readonly VariantDefinition[];
  readonly capture: CaptureDefinition | undefined;
  readonly asynchronous: AsynchronousDefinition | undefined;
}

export interface VariantDefinition {
  readonly name: string;
  /** Absent where inference components bring the models. */
  readonly model: Model | undefined;
  readonly instanceCount: number;
  /** The share of the requests is this in proportion to all weights; a shadow's in proportion to the production variant's. */
  readonly weight: number;
  readonly startupSecondsMax: number;
}

/** Which requests and answers are kept in S3. */
export interface CaptureDefinition {
  readonly destination: S3Place;
  readonly samplingPercentage: number;
  readonly input: boolean;
  readonly output: boolean;
  /** Content types written as they are; all others are written in base64. */
  readonly csvContentTypes: readonly string[];
  readonly jsonContentTypes: readonly string[];
  readonly kmsKeyId: string | undefined;
}

/** Requests wait in a queue, answers go to S3. */
export interface AsynchronousDefinition {
  readonly output: S3Place;
  readonly failure: S3Place | undefined;
  readonly kmsKeyId: string | undefined;
  readonly concurrentInvocationsMax: number;
}
