import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { platform } from './platform.ts';
import { stageSettingsSchema } from './settings/stage-settings.ts';
import { stages } from './settings/stages.ts';

// The only place that looks at the context. `-c stage=dev` synthesizes that stage alone; `-c architecture=arm64` builds for another CPU,
// which is how the local cloud gets functions that this machine can run.
const app = new App({ analyticsReporting: false });
const context = z
  .strictObject({
    stage: z.enum(stages.map(({ name }) => name)).optional(),
    architecture: stageSettingsSchema.shape.architecture.optional(),
  })
  .safeParse({ stage: app.node.tryGetContext('stage'), architecture: app.node.tryGetContext('architecture') });
if (!context.success) throw new Error(`wrong context (-c name=value):\n${z.prettifyError(context.error)}`);
const { stage, architecture } = context.data;

platform(
  app,
  stages
    .filter((settings) => stage === undefined || stage === settings.name)
    .map((settings) => ({ ...settings, architecture: architecture ?? settings.architecture })),
);
app.synth();
