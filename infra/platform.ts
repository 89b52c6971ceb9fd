import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import type { GpuModels } from './models/gpu-model.ts';
import { PlatformStage } from './platform-stage.ts';
import { PlatformRules } from './rules/platform-rules.ts';
import type { StageSettings } from './settings/stage-settings.ts';

/** Puts the stages into an app that refuses to synthesize what AWS, cdk-nag or our own rules object to. */
export function platform(app: App, stages: readonly StageSettings[], models: GpuModels): readonly PlatformStage[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app), new PlatformRules());
  return stages.map((settings) => new PlatformStage(app, settings, models));
}
