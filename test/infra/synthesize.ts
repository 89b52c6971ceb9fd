import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { PlatformStage } from '../../infra/platform-stage.ts';
import type { StageSettings } from '../../infra/settings/stage-settings.ts';
import { stages } from '../../infra/settings/stages.ts';
import { cdkContext } from './cdk-context.ts';
import type { Template } from './template.ts';

export interface Synthesized {
  readonly data: Template;
  readonly inference: Template;
  readonly api: Template;
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
    new PlatformStage(app, settings);
    const { stacks } = app.synth().getNestedAssembly(`assembly-${settings.name}`);
    const stack = (id: string) => {
      const found = stacks.find(({ stackName }) => stackName === `maas-${settings.name}-${id}`);
      if (found === undefined) throw new Error(`no stack ${id}`);
      return found;
    };
    return {
      data: stack('data').template,
      inference: stack('inference').template,
      api: stack('api').template,
      terminationProtection: Object.fromEntries(
        ['data', 'inference', 'api'].map((id) => [id, stack(id).terminationProtection ?? false]),
      ),
    };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
