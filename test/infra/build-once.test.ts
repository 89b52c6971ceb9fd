import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildOnce } from '../../infra/constructs/build-once.ts';
import { repositoryRoot } from '../../infra/constructs/repository-root.ts';

const cache = join(repositoryRoot, '.build');
const name = `test-${randomUUID()}`;
const mine = () => (existsSync(cache) ? readdirSync(cache).filter((entry) => entry.startsWith(name)) : []);

afterEach(() => {
  for (const entry of mine()) rmSync(join(cache, entry), { recursive: true, force: true });
});

describe('the build cache', () => {
  it('builds a folder once and keeps it', () => {
    const build = (text: string) => buildOnce(name, (folder) => writeFileSync(join(folder, 'file'), text));
    expect(build('first')).toBe(build('second'));
    expect(readFileSync(join(cache, name, 'file'), 'utf8')).toBe('first');
  });

  it('keeps nothing of a build that failed, and tries again', () => {
    const failing = () =>
      buildOnce(name, (folder) => {
        writeFileSync(join(folder, 'half'), '');
        throw new Error('disk full');
      });
    expect(failing).toThrow('disk full');
    expect(mine()).toEqual([]);
    buildOnce(name, (folder) => writeFileSync(join(folder, 'whole'), ''));
    expect(readdirSync(join(cache, name))).toEqual(['whole']);
  });

  it('takes what another synthesis finished first', () => {
    buildOnce(name, (folder) => {
      writeFileSync(join(folder, 'file'), 'slow');
      buildOnce(name, (other) => writeFileSync(join(other, 'file'), 'fast'));
    });
    expect(readFileSync(join(cache, name, 'file'), 'utf8')).toBe('fast');
    expect(mine()).toEqual([name]);
  });
});
