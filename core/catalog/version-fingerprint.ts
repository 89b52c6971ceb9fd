import { createHash } from 'node:crypto';
import type { Manifest } from './manifest.ts';
import type { ArtifactFile } from './model-version.ts';

/** sha256 over everything that a version is made of, whatever order its JSON came in: equal versions have equal fingerprints. */
export const versionFingerprint = (manifest: Manifest, files: Readonly<Record<string, ArtifactFile>>): string =>
  createHash('sha256').update(JSON.stringify({ manifest, files }, inKeyOrder)).digest('hex');

function inKeyOrder(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
