import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.js'], { encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));

/** Which of our folders each folder may import from; a folder may always import from itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  local: [],
  functions: ['core'],
  infra: ['core'],
  cli: ['core', 'local'],
  models: ['core'],
};

test('imports run one way: functions, infra, cli and models to core, and nothing of ours into local but from cli', () => {
  const wrong = files.flatMap((file) => {
    const [folder = ''] = file.split('/');
    const allowed = mayImport[folder];
    if (allowed === undefined) return [];
    const imports = [...readFileSync(file, 'utf8').matchAll(/(?:from|import\() ?'(\.{1,2}\/[^']+)'/g)].map(
      (match) => match[1] ?? '',
    );
    return imports
      .map((path) => normalize(join(file, '..', path)).split('/')[0] ?? '')
      .filter((target) => target !== folder && !allowed.includes(target))
      .map((target) => `${file} imports from ${target}/`);
  });
  expect(wrong).toEqual([]);
});

test('the local cloud knows nothing of models or tenants', () => {
  /** Lambda's own words for a function that keeps callers apart, whoever they are. */
  const ofLambda = /\b(x-amz|lambda-runtime-aws)-tenant-id\b|\btenant (ids?|isolation mode)\b|docs\.aws\S+/gi;
  const told = files
    .filter((file) => file.startsWith('local/'))
    .filter((file) => /\b(maas|tenants?)\b/i.test(readFileSync(file, 'utf8').replaceAll(ofLambda, '')));
  expect(told).toEqual([]);
});

test('a source file over 300 lines says why in its first lines', () => {
  const long = files
    .filter((file) => /^(core|functions|infra|local|cli|models|bench)\//.test(file))
    .filter((file) => readFileSync(file, 'utf8').split('\n').length > 301)
    .filter((file) => !/lines/.test(readFileSync(file, 'utf8').slice(0, 600)));
  expect(long).toEqual([]);
});

test('folders are named by domain words', () => {
  const vague = files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|services|types)\//.test(file));
  expect(vague).toEqual([]);
});
