import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { repositoryRoot } from './constructs/repository-root.ts';
import { readGpuModels } from './models/read-gpu-models.ts';
import { readManifests } from './models/read-manifests.ts';
import { platform } from './platform.ts';
import { idleCost } from './settings/idle-cost.ts';
import { smallGpu } from './settings/small-gpu.ts';
import { stageSettingsSchema } from './settings/stage-settings.ts';
import { stages } from './settings/stages.ts';

// The only place that looks at the context. `-c stage=dev` synthesizes that stage alone; `-c architecture=arm64` builds for another CPU,
// which is how the local cloud gets functions that this machine can run; `-c gpu=true` gives small GPU endpoints to each stage whose
// settings name none; `-c models=<folder>` takes the models that have endpoints from another folder than models/.
const app = new App({ analyticsReporting: false });
const get = (name: string): unknown => app.node.tryGetContext(name);
const context = z
  .strictObject({
    stage: z.enum(stages.map(({ name }) => name)).optional(),
    architecture: stageSettingsSchema.shape.architecture.optional(),
    gpu: z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })]).default(false),
    models: z.string().default(join(repositoryRoot, 'models')),
  })
  .safeParse({
    stage: get('stage'),
    architecture: get('architecture'),
    gpu: get('gpu'),
    models: get('models'),
  });
if (!context.success) throw new Error(`wrong context (-c name=value):\n${z.prettifyError(context.error)}`);
const { stage, architecture, gpu, models: folder } = context.data;

const manifests = readManifests(folder);
const chosen = stages
  .filter((settings) => stage === undefined || stage === settings.name)
  .map((settings) => ({
    ...settings,
    architecture: architecture ?? settings.architecture,
    gpu: settings.gpu ?? (gpu ? smallGpu(manifests) : undefined),
  }));
const models = await readGpuModels(chosen, folder, manifests);
platform(app, chosen, models);
app.synth();
// On standard error, which `cdk synth` shows also where it is told to be quiet.
for (const line of chosen.flatMap((settings) => idleCost(settings, models))) console.error(line);
