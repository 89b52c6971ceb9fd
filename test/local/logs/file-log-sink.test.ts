import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { FileLogSink } from '../../../local/logs/file-log-sink.ts';
import { logGroupResource } from '../../../local/logs/log-group-resource.ts';
import { LogGroups } from '../../../local/logs/log-groups.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('each log group has its file, readable by its owner alone, that grows over restarts', () => {
  for (const line of ['one', 'two']) {
    const sink = new FileLogSink(folder);
    sink.write('/aws/lambda/predict', line);
    sink.write('access', `${line} in another`);
    sink.close();
  }
  expect(readFileSync(join(folder, 'aws-lambda-predict.log'), 'utf8')).toBe('one\ntwo\n');
  expect(readFileSync(join(folder, 'access.log'), 'utf8')).toBe('one in another\ntwo in another\n');
  expect(statSync(join(folder, 'access.log')).mode & 0o777).toBe(0o600);
});

test('a full file is put aside, and only one of them is kept', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sink = new FileLogSink(folder, { bytesMax: 100 });
  for (let i = 0; i < 10; i++) {
    sink.write('group', `${i} ${'x'.repeat(60)}`);
    vi.advanceTimersByTime(20);
  }
  sink.write('group', 'last');
  sink.close();
  expect(readdirSync(folder).sort()).toEqual(['group.log', 'group.log.1', 'group.log.1.times', 'group.log.times']);
  expect(readFileSync(join(folder, 'group.log.1'), 'utf8')).toMatch(/^8 x+\n9 x+\n$/);
  expect(readFileSync(join(folder, 'group.log'), 'utf8')).toBe('last\n');
});

test('many lines at once do not wait in memory', () => {
  const sink = new FileLogSink(folder);
  for (let i = 0; i < 70; i++) sink.write('group', 'x'.repeat(1_000));
  expect(statSync(join(folder, 'group.log')).size).toBeGreaterThan(64_000);
  sink.close();
  expect(statSync(join(folder, 'group.log')).size).toBe(70 * 1_001);
});

test('a process that ends by itself leaves no line unwritten', () => {
  const sink = new URL('../../../local/logs/file-log-sink.ts', import.meta.url).href;
  const code = `import { FileLogSink } from '${sink}'; new FileLogSink('${folder}').write('group', 'last words'); throw new Error('broken');`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  expect(status).toBe(1);
  expect(readFileSync(join(folder, 'group.log'), 'utf8')).toBe('last words\n');
});

test('no name of a log group leads out of the folder', () => {
  for (const name of ['../up', '/../../up', 'a/../../up']) {
    const sink = new FileLogSink(folder);
    sink.write(name, 'line');
    sink.close();
  }
  expect(readdirSync(folder)).toHaveLength(6);
});

test('a log group is named as the template says, or by its physical id', async () => {
  const place = { stack: 's', logicalId: 'L', physicalId: 'p', region: 'eu-central-1', account: '123456789012' };
  const resource = logGroupResource(new LogGroups(folder));
  const named = await resource.create({ ...place, properties: { LogGroupName: '/my/group' } });
  expect(named.ref).toBe('/my/group');
  expect(named.attributes['Arn']).toBe('arn:aws:logs:eu-central-1:123456789012:log-group:/my/group:*');
  expect((await resource.create({ ...place, properties: {} })).ref).toBe('p');
});
