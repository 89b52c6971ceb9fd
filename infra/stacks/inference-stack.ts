import type { Construct } from 'constructs';
import type { GpuEndpoints } from '../../core/engine/sagemaker/gpu-endpoints.ts';
import { NativeLayer } from '../constructs/native-layer.ts';
import { PredictFunction } from '../functions/predict-function.ts';
import { PredictGpuFunction } from '../functions/predict-gpu-function.ts';
import { PredictIsolatedFunction } from '../functions/predict-isolated-function.ts';
import { ValidateFunction } from '../functions/validate-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import type { MeteringStack } from './metering-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** The functions that run models, and the native code that they share. */
export class InferenceStack extends PlatformStack {
  readonly predict: PredictFunction;
  /** For the models with a GPU endpoint of their own; only where there are some. */
  readonly predictGpu: PredictGpuFunction | undefined;
  /** For the models that the settings isolate; only where there are some. */
  readonly predictIsolated: PredictIsolatedFunction | undefined;
  readonly validate: ValidateFunction;

  constructor(
    scope: Construct,
    id: string,
    settings: StageSettings,
    data: DataStack,
    { spillway }: MeteringStack,
    gpu: GpuEndpoints | undefined,
  ) {
    super(scope, id, settings, 'MaaS: the functions that run models');
    const layer = new NativeLayer(this, 'Native', settings, ['onnxruntime-node', 'sharp']);
    this.predict = new PredictFunction(this, settings, data, spillway, layer, gpu);
    if (settings.isolatedModels.length > 0) {
      this.predictIsolated = new PredictIsolatedFunction(this, settings, data, spillway, layer);
    }
    this.validate = new ValidateFunction(this, settings, layer);
    if (gpu !== undefined && Object.keys(gpu.models).length > 0) {
      this.predictGpu = new PredictGpuFunction(
        this,
        settings,
        data,
        spillway,
        new NativeLayer(this, 'Sharp', settings, ['sharp']),
        gpu,
      );
    }
  }
}
