import { statSync } from 'node:fs';
import type { PlacedAsset } from './placed-assets.ts';

/** Finds the folder of an asset by the bucket and key that a template names. */
export function assetFinder(assets: readonly PlacedAsset[]): (bucket: string, key: string) => string {
  const folders = new Map(assets.map(({ bucket, key, path }) => [`${bucket}/${key}`, path]));
  return (bucket, key) => {
    const path = folders.get(`${bucket}/${key}`);
    if (path === undefined) throw new Error(`the assembly has no asset ${key} for the bucket ${bucket}`);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`the asset ${path} is not a folder`);
    return path;
  };
}
