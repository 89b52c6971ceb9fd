import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { InferenceFunction } from './inference-function.ts';

/** Serves every model that has no routes of its own: runs it itself, or asks the endpoint that such models share. */
export class PredictFunction extends InferenceFunction {
  constructor(
    scope: Construct,
    settings: StageSettings,
    data: DataStack,
    spillway: IQueue,
    layer: ILayerVersion,
    gpu: GpuEndpoints | undefined,
  ) {
    super(scope, 'predict', {
      settings,
      data,
      spillway,
      layer,
      memoryMiB: settings.memoryMiB.predict,
      reservedConcurrency: settings.reservedConcurrency?.predict,
      isolatedModels: settings.isolatedModels,
      endpoints: gpu?.multiModel === undefined ? undefined : { models: {}, multiModel: gpu.multiModel },
    });
  }
}
