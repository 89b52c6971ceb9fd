import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PlatformStage } from '../../infra/platform-stage.ts';
import type { StageSettings } from '../../infra/settings/stage-settings.ts';
import { stages } from '../../infra/settings/stages.ts';
import { cdkContext } from './cdk-context.ts';
import { gpuModels } from './gpu-models.ts';
import type { Template } from './template.ts';

export interface Synthesized {
  readonly data: Template;
  readonly metering: Template;
  readonly inference: Template;
  readonly exports: Template;
  readonly api: Template;
  readonly tenancy: Template;
  readonly reconciliation: Template;
  /** The stacks of GPU endpoints by what follows `gpu-` in their ids. */
  readonly gpu: Readonly<Record<string, Template>>;
  /** By id, what CDK will refuse to delete. */
  readonly terminationProtection: Readonly<Record<string, boolean>>;
}

export const settingsOf = (name: 'dev' | 'prod'): StageSettings => {
  const settings = stages.find((stage) => stage.name === name);
  if (settings === undefined) throw new Error(`no stage ${name}`);
  return settings;
};

/** Synthesizes one stage in a second: nothing is bundled, copied or validated, which app.test.ts does once for all. */
export function synthesize(settings: StageSettings): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), 'maas-infra-'));
  try {
    const app = new App({
      outdir,
      builtinCloudFormationValidation: false,
      context: {
        ...cdkContext,
        'aws:cdk:bundling-stacks': [],
        'aws:cdk:disable-asset-staging': true,
        'aws:cdk:enable-path-metadata': true,
      },
    });
    new PlatformStage(app, settings, gpuModels);
    const { stacks } = app.synth().getNestedAssembly(`assembly-${settings.name}`);
    const byId = new Map(stacks.map((stack) => [stack.stackName.replace(`maas-${settings.name}-`, ''), stack]));
    const template = (id: string): Template => {
      const found = byId.get(id);
      if (found === undefined) throw new Error(`no stack ${id}`);
      return found.template;
    };
    return {
      data: template('data'),
      metering: template('metering'),
      inference: template('inference'),
      exports: template('exports'),
      api: template('api'),
      tenancy: template('tenancy'),
      reconciliation: template('reconciliation'),
      gpu: Object.fromEntries(
        [...byId.keys()].filter((id) => id.startsWith('gpu-')).map((id) => [id.slice('gpu-'.length), template(id)]),
      ),
      terminationProtection: Object.fromEntries(
        [...byId].map(([id, { terminationProtection }]) => [id, terminationProtection ?? false]),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
