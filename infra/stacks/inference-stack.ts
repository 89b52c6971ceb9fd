import type { Construct } from 'constructs';
import { NativeLayer } from '../constructs/native-layer.ts';
import { PredictFunction } from '../functions/predict-function.ts';
import { ValidateFunction } from '../functions/validate-function.ts';
import type { StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** The functions that run models, and the native code that they share. */
export class InferenceStack extends PlatformStack {
  readonly predict: PredictFunction;
  readonly validate: ValidateFunction;

  constructor(scope: Construct, id: string, settings: StageSettings, data: DataStack) {
    super(scope, id, settings, 'MaaS: the functions that run models');
    const layer = new NativeLayer(this, 'Native', settings);
    this.predict = new PredictFunction(this, settings, data, layer);
    this.validate = new ValidateFunction(this, settings, layer);
  }
}
