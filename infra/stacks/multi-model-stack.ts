import type { Construct } from 'constructs';
import { MultiModelEndpoint } from '../constructs/multi-model-endpoint.ts';
import type { MultiModelSettings, StageSettings } from '../settings/stage-settings.ts';
import type { DataStack } from './data-stack.ts';
import { PlatformStack } from './platform-stack.ts';

/** The GPU endpoint of all models that have none of their own. */
export class MultiModelStack extends PlatformStack {
  constructor(scope: Construct, settings: StageSettings, data: DataStack, endpoint: MultiModelSettings) {
    super(scope, 'gpu-multi-model', settings, 'MaaS: the GPU endpoint that the models without one of their own share');
    new MultiModelEndpoint(this, 'Gpu', { settings, endpoint, data });
  }
}
