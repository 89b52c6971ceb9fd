import { type StageSettings, stageSettingsSchema } from '../../infra/settings/stage-settings.ts';
import { settingsOf } from './synthesize.ts';

/** Settings of dev with these GPU endpoints, as somebody writes them into stages.ts. */
export const withGpu = (gpu: object): StageSettings => stageSettingsSchema.parse({ ...settingsOf('dev'), gpu });

/** With one endpoint of a model. */
export const withEndpoint = (endpoint: object): StageSettings =>
  withGpu({ models: { resnet50: { instances: { min: 2, max: 4 }, ...endpoint } } });
