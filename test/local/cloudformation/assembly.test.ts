// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like this
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Aws, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { expect, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { readAssembly } from '../../../local/cloudformation/assembly.ts';
import { deploy } from '../../../local/cloudformation/deploy.ts';
import { assemblyFolder, target } from './deployed.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('the assembly of a CDK stage is read: stacks in order, assets by bucket and key, weak references', async () => {
  const outdir = temporaryFolder();
  const content = temporaryFolder();
  writeFileSync(join(content, 'index.js'), '');
  const app = new App({
    outdir,
    analyticsReporting: false,
    context: { '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
  });
  const stage = new Stage(app, 'dev', { env: { region: 'eu-central-1' } });
  const producer = new Stack(stage, 'producer');
  const consumer = new Stack(stage, 'consumer');
  const bucket = new Bucket(producer, 'Bucket');
  const asset = new Asset(consumer, 'Asset', { path: content });
  new CfnOutput(consumer, 'Name', { value: bucket.bucketName });
  new CfnOutput(consumer, 'Where', { value: `${asset.s3BucketName}/${asset.s3ObjectKey}` });
  new CfnOutput(consumer, 'Account', { value: Aws.ACCOUNT_ID });
  app.synth();

  const assembly = await readAssembly(join(outdir, 'assembly-dev'));
  expect(assembly.region).toBe('eu-central-1');
  expect(assembly.account).toBeUndefined();
  const bucketType = {
    type: 'AWS::S3::Bucket',
    properties: z.strictObject({}),
    noLocalEffect: {},
    create: async () => ({ ref: 'the-bucket', attributes: {} }),
  };
  const registry = { types: new Map([[bucketType.type, bucketType]]), unaffecting: {} };
  const outputs = (await deploy(assembly, target, registry, () => undefined))['dev-consumer'];
  expect(outputs).toMatchObject({ Name: 'the-bucket', Account: target.account });
  const path = assembly.assets.get((outputs?.['Where'] ?? '').replace(target.account, '${AWS::AccountId}'));
  expect(path?.startsWith(outdir)).toBe(true);
});

test('the folder above a stage is refused with the name of the stage', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assembly-dev'));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts: {} }));
  await expect(readAssembly(folder)).rejects.toThrow(`${folder} holds no stack; give one of assembly-dev inside it`);
});

test('a folder without a manifest is refused with its name', async () => {
  const folder = temporaryFolder();
  await expect(readAssembly(folder)).rejects.toThrow(`cannot read ${join(folder, 'manifest.json')}`);
});

test('stacks in two regions are refused', async () => {
  const folder = assemblyFolder(
    { a: { template: {} } },
    {
      b: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/us-east-1',
        properties: { templateFile: 'a.template.json' },
      },
      c: {
        type: 'aws:cloudformation:stack',
        environment: 'aws://unknown-account/eu-west-1',
        properties: { templateFile: 'a.template.json' },
      },
    },
  );
  await expect(readAssembly(folder)).rejects.toThrow('the stacks span several regions: us-east-1, eu-west-1');
});
