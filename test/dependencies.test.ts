import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const lockfile = readFileSync('package-lock.json', 'utf8');
const { packages } = JSON.parse(lockfile) as { packages: Record<string, { license?: string; resolved?: string }> };
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;

const permissive = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'CC0-1.0',
  'BlueOak-1.0.0',
]);

/** Packages under another licence, each with the reason why it may stay. */
const exceptions: readonly { readonly name: RegExp; readonly licence: string; readonly reason: string }[] = [
  {
    name: /^@img\/sharp-(libvips|wasm32|win32)/,
    licence: 'LGPL-3.0-or-later',
    reason: 'libvips, a shared library of its own that sharp loads at run time, shipped unmodified beside its licence',
  },
  {
    name: /^lightningcss/,
    licence: 'MPL-2.0',
    reason: 'part of the test runner, unmodified, and in nothing that is deployed',
  },
  {
    name: /^png-js$/,
    licence: 'undeclared',
    reason: 'its package.json names none; the LICENSE file that it ships is the MIT License',
  },
];

const alternatives = (expression: string): string[] => expression.replace(/^\(|\)$/g, '').split(' OR ');
const parts = (expression: string): string[] => expression.split(' AND ');

test('every installed package is under a permissive licence, or is a stated exception', () => {
  const refused = Object.entries(packages).flatMap(([path, { license }]) => {
    const name = path.replace(/^.*node_modules\//, '');
    const allowed = (licence: string): boolean =>
      permissive.has(licence) ||
      exceptions.some((exception) => exception.name.test(name) && exception.licence === licence);
    const fine = alternatives(license ?? 'undeclared').some((expression) => parts(expression).every(allowed));
    return fine ? [] : [`${name}: ${license}`];
  });
  expect(refused).toEqual([]);
});

test('every version is pinned exactly', () => {
  const ranges = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.entries(manifest[kind] ?? {}).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
  );
  expect(ranges).toEqual([]);
});

test('the lockfile names no registry', () => {
  expect(lockfile).not.toContain('"resolved"');
});
