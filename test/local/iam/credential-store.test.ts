import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';

const account = '123456789012';
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'credentials-'));
});

afterEach(() => rm(dataDir, { recursive: true }));

describe("the operator's key", () => {
  it('outlives restarts', async () => {
    const first = await CredentialStore.open(dataDir, account);
    const second = await CredentialStore.open(dataDir, account);
    expect(first.operator.accessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
    expect(second.operator).toEqual(first.operator);
    expect(second.find(first.operator.accessKeyId)).toBe(second.operator);
  });

  it('is different in each data folder, and readable by its owner alone', async () => {
    const { operator } = await CredentialStore.open(dataDir, account);
    expect((await stat(join(dataDir, 'operator.json'))).mode & 0o777).toBe(0o600);
    await rm(join(dataDir, 'operator.json'));
    expect((await CredentialStore.open(dataDir, account)).operator.secretAccessKey).not.toBe(operator.secretAccessKey);
  });

  it('may do everything in the account', async () => {
    const { operator } = await CredentialStore.open(dataDir, account);
    const resource = `arn:aws:dynamodb:eu-central-1:${account}:table/t`;
    expect(evaluate({ principal: operator.principal, action: 'dynamodb:PutItem', resource }).allowed).toBe(true);
  });

  it('that is spoilt is an error that names the file and not its content', async () => {
    const path = join(dataDir, 'operator.json');
    await writeFile(path, '{"accessKeyId":"AKIAX","secretAccessKey":"hidden"');
    await chmod(path, 0o600);
    const error = await CredentialStore.open(dataDir, account).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain(path);
    expect(String(error)).not.toContain('hidden');
    expect(await readFile(path, 'utf8')).toContain('hidden');
  });

  it('cannot be revoked', async () => {
    const store = await CredentialStore.open(dataDir, account);
    store.revoke(store.operator.accessKeyId);
    expect(store.find(store.operator.accessKeyId)).toBe(store.operator);
  });
});

describe('temporary credentials', () => {
  const principal = { arn: `arn:aws:sts::${account}:assumed-role/r/s`, account, policies: [] };

  it('are each their own, live as long as asked and end when revoked', async () => {
    const store = await CredentialStore.open(dataDir, account);
    const [one, other] = [store.issue(principal, 900), store.issue(principal)];
    expect(one.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    expect(new Set([one.sessionToken, other.sessionToken, one.secretAccessKey, other.secretAccessKey]).size).toBe(4);
    expect((other.expiresAtMs ?? 0) - (one.expiresAtMs ?? 0)).toBeGreaterThan(11 * 60 * 60 * 1000);
    store.revoke(one.accessKeyId);
    expect(store.find(one.accessKeyId)).toBeUndefined();
    expect(store.find(other.accessKeyId)).toBe(other);
  });

  it.each([0, -1, 43_201, Number.NaN])('do not live for %s seconds', async (seconds) => {
    const store = await CredentialStore.open(dataDir, account);
    expect(() => store.issue(principal, seconds)).toThrow(RangeError);
  });
});
