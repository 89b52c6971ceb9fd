import { afterEach, expect, test, vi } from 'vitest';
import { defaultProvider } from '../../functions/default-provider.ts';

afterEach(() => vi.unstubAllEnvs());

test('the SDK signs with the credentials that Lambda puts into the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIA1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'ASIA1',
    secretAccessKey: 'secret',
    sessionToken: 'session',
  });
});

test('without them, the error names what is missing', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIA1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  await expect(defaultProvider()()).rejects.toThrow('AWS_SESSION_TOKEN is not set');
});
