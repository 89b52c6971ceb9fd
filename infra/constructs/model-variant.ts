import type { CfnEndpointConfig } from 'aws-cdk-lib/aws-sagemaker';
import type { GpuInstanceType } from '../../core/catalog/gpu-instance-types.ts';
import { inferenceAmiVersion } from './triton-image.ts';

interface ModelVariantProps {
  readonly variantName: string;
  /** Absent where inference components bring the models. */
  readonly modelName?: string;
  readonly instanceType: GpuInstanceType;
  readonly instances: number;
}

/** A fleet of GPU instances behind an endpoint. */
export const modelVariant = ({
  variantName,
  modelName,
  instanceType,
  instances,
}: ModelVariantProps): CfnEndpointConfig.ProductionVariantProperty => ({
  variantName,
  ...(modelName === undefined ? {} : { modelName, initialVariantWeight: 1 }),
  instanceType,
  inferenceAmiVersion,
  initialInstanceCount: instances,
  // At random, a request can wait behind a full batch beside an instance that is free.
  routingConfig: { routingStrategy: 'LEAST_OUTSTANDING_REQUESTS' },
  // A model of 100 MB is there in seconds; one of gigabytes is not, and a broken one should not be waited for by the hour.
  modelDataDownloadTimeoutInSeconds: 600,
  // Triton answers when ONNX Runtime has planned every model for its GPU.
  containerStartupHealthCheckTimeoutInSeconds: 600,
});
