import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { routes } from '../../../core/api/routes.ts';
import { scopes } from '../../../core/api/scope.ts';
import { apiKeyPattern } from '../../../core/tenancy/api-key-pattern.ts';
import { parseApiKey } from '../../../core/tenancy/parse-api-key.ts';

const text = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');

test('the published key, pattern and checksum are those that the platform goes by', () => {
  const example = /^maas_test_\w+$/m.exec(text)?.[0] ?? '';
  expect(parseApiKey(example)?.keyId).toBe('0123456789');
  expect(text).toContain(`\`${apiKeyPattern.source.replaceAll(/^\^|\$$/g, '')}\``);
  expect(text).toContain(`the CRC-32 is ${crc32(example.slice(0, 64))}`);
  // By the words of the document alone.
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let rest = crc32(example.slice(0, 64));
  let checksum = '';
  for (let at = 0; at < 6; at++) {
    checksum = digits.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  expect(example.slice(64)).toBe(checksum);
});

test('the published table of scopes names the routes of each', () => {
  for (const scope of scopes) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${scope}\` |`)) ?? '';
    for (const { path } of routes.filter((route) => route.scope === scope)) {
      const named = [...row.matchAll(/`(?:[A-Z]+ )?([^`…]+)…?`/g)].map(([, each]) => String(each));
      expect(
        named.some((each) => path === each || path.startsWith(each)),
        `${scope}: ${path}`,
      ).toBe(true);
    }
  }
});
