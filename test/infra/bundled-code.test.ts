import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, FileSystem, Stack } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledCode } from '../../infra/constructs/bundled-code.ts';

const outdir = mkdtempSync(join(tmpdir(), 'maas-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describe('what each cold start of predict has to read', () => {
  bundledCode('predict').bind(new Stack(new App({ outdir })));
  const [asset = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  const code = readFileSync(join(outdir, asset, 'index.js'), 'utf8');

  // Of these, 28 kB are limits, and 17 kB of them to rate what a month costs by the invoice's own code: some 0.9 ms of a cold start.
  it('is at most 180 kB', () => {
    expect(code.length).toBeGreaterThan(50_000);
    expect(code.length).toBeLessThanOrEqual(180_000);
  });

  it('knows no credentials but those that Lambda gives', () => {
    expect(code).toContain('AWS_SESSION_TOKEN');
    expect(code).not.toMatch(/AWS_CONTAINER_CREDENTIALS|sso_start_url|AssumeRoleWithWebIdentity/);
  });

  it('loads nothing by import(), which would read all that a module exports', () => {
    expect(code).not.toMatch(/\bimport\(/);
  });
});

it('is CommonJS wherever it is unpacked, also below a package of ES modules', () => {
  // Within this project, whose package.json says "type": "module", as the data folder of a newcomer is.
  mkdirSync('.build', { recursive: true });
  const folder = mkdtempSync(join(process.cwd(), '.build', 'bundle-'));
  bundledCode('validate').bind(new Stack(new App({ outdir: folder })));
  const [asset = ''] = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  const printed = execFileSync(process.execPath, [
    '-p',
    `typeof require(${JSON.stringify(join(folder, asset))}).handler`,
  ]);
  expect(String(printed)).toBe('function\n');
  rmSync(folder, { recursive: true });
});

it('has its files beside it, and runs with PDFKit in it, whose ES module could not be bundled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'maas-bundle-'));
  const font = (cut: string): [string, string] => [
    `fonts/OpenSans-${cut}.ttf`,
    `node_modules/open-sans-fonts/open-sans/${cut}/OpenSans-${cut}.ttf`,
  ];
  const files = Object.fromEntries([font('Regular'), font('Bold')]);
  bundledCode('invoice-pdf', files).bind(new Stack(new App({ outdir: folder })));
  const [asset = ''] = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  const root = join(folder, asset);
  const env = {
    ...Object.fromEntries(['TENANTS_TABLE', 'BILLING_TABLE', 'ROLLUPS_TABLE', 'MAAS_STAGE'].map((name) => [name, 'x'])),
    AWS_REGION: 'eu-west-1',
    LAMBDA_TASK_ROOT: root,
  };
  const printed = execFileSync(process.execPath, ['-p', `typeof require(${JSON.stringify(root)}).handler`], { env });
  expect(String(printed)).toBe('function\n');
  rmSync(folder, { recursive: true });
});

it('is deployed anew whenever the bundle differs, and not only when its own folder does', () => {
  const folder = mkdtempSync(join(tmpdir(), 'maas-bundle-'));
  bundledCode('validate').bind(new Stack(new App({ outdir: folder })));
  const [asset = ''] = readdirSync(folder).filter((name) => name.startsWith('asset.'));
  // CDK names the asset, and with it the object in S3 that the template points to, by this digest.
  expect(asset).toBe(`asset.${FileSystem.fingerprint(join(folder, asset))}`);
  rmSync(folder, { recursive: true });
});
