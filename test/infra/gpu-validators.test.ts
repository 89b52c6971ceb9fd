import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { platform } from '../../infra/platform.ts';
import { cdkContext } from './cdk-context.ts';
import { gpuModels } from './gpu-models.ts';
import { withGpu } from './gpu-stage.ts';

const instances = { min: 2, max: 4 };
const everySetting = withGpu({
  models: {
    resnet50: {
      instances,
      concurrentRequests: 4,
      shadow: 'moderation',
      dataCapturePercent: 1,
      asynchronous: true,
      night: { fromHour: 22, toHour: 6 },
    },
    'linear-gpu': { instances, scaleToZero: true, night: { fromHour: 22, toHour: 6 }, dataCapturePercent: 100 },
  },
  multiModel: { instanceType: 'ml.g6.12xlarge', instances },
});

it('CloudFormation’s validator, cdk-nag and our own rules find nothing in an endpoint with every setting', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'maas-gpu-'));
  try {
    const app = new App({
      outdir,
      context: { ...cdkContext, 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-asset-staging': true },
    });
    platform(app, [everySetting], gpuModels);
    app.synth();
    const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    expect(pluginReports).toEqual([]);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}, 120_000);
