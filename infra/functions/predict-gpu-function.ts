import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { InferenceFunction } from './inference-function.ts';

/** Serves the models that have an endpoint, and so routes, of their own. It runs nothing itself: it decodes pictures, and waits. */
export class PredictGpuFunction extends InferenceFunction {
  constructor(
    scope: Construct,
    settings: StageSettings,
    data: DataStack,
    spillway: IQueue,
    layer: ILayerVersion,
    gpu: GpuEndpoints,
  ) {
    super(scope, 'predict-gpu', {
      settings,
      data,
      spillway,
      layer,
      memoryMiB: settings.memoryMiB.predictGpu,
      reservedConcurrency: settings.reservedConcurrency?.predictGpu,
      endpoints: { models: gpu.models },
    });
  }
}
