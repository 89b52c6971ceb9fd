import type { ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import { InferenceFunction } from './inference-function.ts';

/**
 * Serves the models that the settings isolate: predict once more, in processes of which each belongs to one tenant for all its life. It may
 * ask no endpoint, since tenants share those.
 */
export class PredictIsolatedFunction extends InferenceFunction {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, spillway: IQueue, layer: ILayerVersion) {
    super(scope, 'predict-isolated', {
      settings,
      data,
      spillway,
      layer,
      memoryMiB: settings.memoryMiB.predict,
      reservedConcurrency: settings.reservedConcurrency?.predictIsolated,
      endpoints: undefined,
      sameCodeAs: 'predict',
      perTenant: true,
    });
  }
}
