import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { repositoryRoot } from './repository-root.ts';

const locked = z.looseObject({ version: z.string(), integrity: z.string() });
const schema = z.looseObject({ packages: z.record(z.string(), z.looseObject({})) });

export type LockedPackage = z.infer<typeof locked>;

/** The entry that package-lock.json holds for a package at the top of node_modules. Throws when there is none. */
export function lockedPackage(name: string): LockedPackage {
  const { packages } = schema.parse(JSON.parse(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8')));
  const entry = packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`package-lock.json names no ${name}; the native layer is made from it`);
  return locked.parse(entry);
}
