import { Aspects, Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AlarmsTell } from './constructs/alarms-tell.ts';
import { gpuEndpoints } from './functions/gpu-endpoints.ts';
import type { GpuModels } from './models/gpu-model.ts';
import type { StageSettings } from './settings/stage-settings.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { ExportsStack } from './stacks/exports-stack.ts';
import { GpuModelStack } from './stacks/gpu-model-stack.ts';
import { InferenceStack } from './stacks/inference-stack.ts';
import { MeteringStack } from './stacks/metering-stack.ts';
import { MultiModelStack } from './stacks/multi-model-stack.ts';
import { ReconciliationStack } from './stacks/reconciliation-stack.ts';
import { TenancyStack } from './stacks/tenancy-stack.ts';

/** One whole deployment, split by life cycle: data outlives functions, endpoints cost by the hour, and the front door changes most often. */
export class PlatformStage extends Stage {
  /** @param models those that the settings name, and their shadows */
  constructor(scope: Construct, settings: StageSettings, models: GpuModels) {
    // No account: whoever deploys decides it. The Region must be known, or DynamoDB tables cannot take a customer key.
    super(scope, settings.name, { env: { region: settings.region } });
    // Functions know endpoints by their names, so that neither stack waits for the other: a model answers 503 until its endpoint is there.
    const gpu = gpuEndpoints(settings, models);
    const data = new DataStack(this, 'data', settings);
    Aspects.of(this).add(new AlarmsTell(data.alerts));
    const metering = new MeteringStack(this, 'metering', settings, data);
    const inference = new InferenceStack(this, 'inference', settings, data, metering, gpu);
    const exports = new ExportsStack(this, 'exports', settings, data);
    const api = new ApiStack(this, 'api', settings, data, metering, inference, exports, gpu);
    const predicting = [inference.predict, inference.predictGpu, inference.predictIsolated];
    new ReconciliationStack(this, 'reconciliation', settings, data, {
      access: api.tenantApi.accessLog,
      functions: predicting.flatMap((each) => (each === undefined ? [] : [each.logGroup])),
    });
    new TenancyStack(this, 'tenancy', settings, data, metering, api.tenantApi);
    for (const [name, endpoint] of Object.entries(settings.gpu?.models ?? {})) {
      new GpuModelStack(this, settings, data, models, name, endpoint);
    }
    if (settings.gpu?.multiModel !== undefined) new MultiModelStack(this, settings, data, settings.gpu.multiModel);
  }
}
