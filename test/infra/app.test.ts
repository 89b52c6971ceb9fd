import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { CfnRestApi, CfnUsagePlan } from 'aws-cdk-lib/aws-apigateway';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../infra/constructs/repository-root.ts';
import { platform } from '../../infra/platform.ts';
import { cdkContext } from './cdk-context.ts';
import { gpuManifest, lambdaManifest, modelsFolder } from './gpu-models.ts';
import type { Template } from './template.ts';

interface Report {
  readonly pluginReports: readonly {
    readonly pluginName: string;
    readonly violations: readonly { ruleName: string }[];
  }[];
}

interface Assets {
  readonly files: Readonly<
    Record<string, { readonly destinations: Readonly<Record<string, { readonly objectKey: string }>> }>
  >;
}

const folders: string[] = [];
const emptyFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'maas-app-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The models that prod's settings name, each of them tiny, and one for Lambda. */
const models = modelsFolder([gpuManifest('resnet50'), gpuManifest('moderation'), lambdaManifest]);

/** Runs the app as the CDK command line and the local start do. */
const run = (context: object, environment: object = {}): string => runApp(context, environment).outdir;

function runApp(context: object, environment: object = {}): { readonly outdir: string; readonly stderr: string } {
  const outdir = emptyFolder();
  const { status, stderr } = spawnSync(process.execPath, ['infra/app.ts'], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkContext, models, ...context }),
      ...environment,
    },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return { outdir, stderr };
}

const json = <Shape>(...path: string[]): Shape => JSON.parse(readFileSync(join(...path), 'utf8'));

describe('the whole app, every validator on', () => {
  let assembly = '';
  let told = '';
  let templates: Template[] = [];
  let bundles: { readonly name: string; readonly file: string }[] = [];

  beforeAll(() => {
    ({ outdir: assembly, stderr: told } = runApp({ gpu: 'true' }));
    templates = ['dev', 'prod'].flatMap((stage) => {
      const folder = join(assembly, `assembly-${stage}`);
      return readdirSync(folder)
        .filter((file) => file.endsWith('.template.json'))
        .map((file) => json<Template>(folder, file));
    });
    bundles = templates.flatMap((template) =>
      Object.values(template.Resources)
        .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties['Environment'] !== undefined)
        .map(({ Properties }) => ({
          name: Properties['Environment'].Variables.POWERTOOLS_SERVICE_NAME as string,
          file: join(assembly, `asset.${Properties['Code'].S3Key.replace('.zip', '')}`, 'index.js'),
        })),
    );
  });

  it('synthesizes both stages, each with seven stacks and one for each GPU endpoint, without a finding', () => {
    // dev: two models and the multi-model endpoint, because it was asked for; prod: two models.
    expect(templates).toHaveLength(7 + 3 + 7 + 2);
    const resources = templates.reduce((sum, { Resources }) => sum + Object.keys(Resources).length, 0);
    expect(resources).toBeGreaterThan(300);
    // The report is there, so the validators ran; that they see findings, the planted ones below prove.
    expect(json<Report>(assembly, 'validation-report.json').pluginReports).toEqual([]);
  });

  it.each([
    'predict',
    'predict-gpu',
    'validate',
    'authorizer',
    'account',
    'control',
    'close',
    'spillway',
    'archive',
    'focus',
    'reconcile',
    'invoice-pdf',
    'purge',
    'export',
    'stripe-webhook',
  ])('bundles %s into 1 MB at most', (name) => {
    const files = bundles.filter((bundle) => bundle.name === name).map(({ file }) => file);
    // Both stages run the same code.
    expect(files).toHaveLength(2);
    expect(new Set(files)).toHaveLength(1);
    const code = readFileSync(files[0] as string);
    expect(gzipSync(code).length).toBeLessThan(1_000_000);
    expect(code.toString()).toContain('handler');
  });

  it('lets predict-gpu, whose layer has no ONNX Runtime, ask for none', () => {
    const [gpu, cpu] = ['predict-gpu', 'predict'].map((name) =>
      readFileSync(bundles.find((bundle) => bundle.name === name)?.file as string, 'utf8'),
    );
    expect(cpu).toContain('require("onnxruntime-node")');
    expect(gpu).not.toContain('onnxruntime-node');
    expect(gpu).toContain('("sharp")');
  });

  it('says what each GPU endpoint costs when nobody uses it', () => {
    const lines = told.split('\n').filter((line) => line.startsWith('maas-'));
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'maas-dev-gpu-moderation',
      'maas-dev-gpu-resnet50',
      'maas-dev-gpu-multi-model',
      'maas-prod-gpu-resnet50',
      'maas-prod-gpu-moderation',
    ]);
    for (const line of lines) expect(line).toMatch(/^\S+: \d x ml\.g5\.xlarge .*\$\d,\d{3} a month/);
  });

  it('uploads each model as an archive that ends as SageMaker asks', () => {
    const folder = join(assembly, 'assembly-prod');
    const keys = readdirSync(folder)
      .filter((file) => /gpu.*assets\.json$/.test(file))
      .flatMap((file) => Object.values(json<Assets>(folder, file).files))
      .flatMap(({ destinations }) => Object.values(destinations).map(({ objectKey }) => objectKey))
      .filter((key) => !key.endsWith('.json'));
    expect(keys).toEqual([
      expect.stringMatching(/^[0-9a-f]{64}\.tar\.gz$/),
      expect.stringMatching(/^[0-9a-f]{64}\.tar\.gz$/),
    ]);
    expect(new Set(keys)).toHaveLength(2);
  });

  it('leaves the native modules to the layer, and bundles them for nobody', () => {
    for (const { name, file } of bundles) {
      const files = name === 'invoice-pdf' ? ['fonts', 'index.js', 'package.json'] : ['index.js', 'package.json'];
      expect(readdirSync(join(file, '..'))).toEqual(files);
      expect(statSync(file).size).toBeLessThan(3_000_000);
    }
  });
});

it('a choice of stage synthesizes that stage alone, and dev without GPU costs nothing and needs no model', () => {
  const { outdir: assembly, stderr } = runApp(
    { stage: 'dev', 'aws:cdk:disable-asset-staging': true, models: emptyFolder() },
    { CDK_VALIDATION: 'false' },
  );
  expect(stderr).not.toMatch(/gpu|month/);
  expect(readdirSync(join(assembly, 'assembly-dev')).filter((file) => file.includes('gpu'))).toEqual([]);
  expect(existsSync(join(assembly, 'assembly-dev'))).toBe(true);
  expect(existsSync(join(assembly, 'assembly-prod'))).toBe(false);
}, 120_000);

it('a choice that there is not is refused, with those that there are', () => {
  expect(() => run({ stage: 'staging', architecture: 'riscv64' })).toThrow(
    /expected one of "dev"\|"prod"\s+→ at stage\s+.*expected one of "x86_64"\|"arm64"\s+→ at architecture/,
  );
}, 120_000);

it('a planted mistake of each kind stops the synthesis, and the report names it', () => {
  const outdir = emptyFolder();
  const app = new App({ outdir, context: { ...cdkContext, '@aws-cdk/core:validationReportPrettyPrint': false } });
  platform(app, [], new Map());
  const stack = new Stack(app, 'planted', { env: { region: 'eu-central-1' } });
  new CfnBucket(stack, 'WithoutAccessLog');
  new CfnFunction(stack, 'WithoutDeadLetters', {
    code: { zipFile: 'exports.handler = async () => {}' },
    handler: 'index.handler',
    role: 'arn:aws:iam::123456789012:role/some',
    runtime: 'nodejs24.x',
    // CloudFormation-Validate: out of Lambda's range.
    memorySize: 1,
  });
  const api = new CfnRestApi(stack, 'WithKeysFromHeaders', { name: 'planted' });
  new CfnUsagePlan(stack, 'WithoutQuota', { apiStages: [{ apiId: api.ref, stage: 'dev' }] });

  expect(() => app.synth()).toThrow();
  const { pluginReports } = json<Report>(outdir, 'validation-report.json');
  const found = Object.fromEntries(
    pluginReports.map(({ pluginName, violations }) => [pluginName, violations.map(({ ruleName }) => ruleName)]),
  );
  expect(found['AwsSolutions']).toContain('AwsSolutions-S1');
  expect(found['Serverless']).toContain('Serverless-LambdaDLQ');
  expect(found['maas']).toEqual(['api-key-source', 'usage-plan-quota']);
  expect(Object.keys(found)).toHaveLength(4);
  expect(Object.values(found).flat().length).toBeGreaterThan(5);
}, 120_000);
