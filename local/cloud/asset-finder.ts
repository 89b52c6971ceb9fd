import { statSync } from 'node:fs';
import type { Assembly } from '../cloudformation/assembly.ts';
import type { Target } from '../cloudformation/stack-scope.ts';

/** Finds the folder of an asset by the bucket and key that a template names. */
export function assetFinder(
  { assets }: Assembly,
  { account, region }: Target,
): (bucket: string, key: string) => string {
  const folders = new Map(
    [...assets].map(([place, path]) => [
      place.replaceAll(/\$\{AWS::(AccountId|Region|Partition)\}/g, (_, name: string) => {
        return { AccountId: account, Region: region, Partition: 'aws' }[name] ?? name;
      }),
      path,
    ]),
  );
  return (bucket, key) => {
    const path = folders.get(`${bucket}/${key}`);
    if (path === undefined) throw new Error(`the assembly has no asset ${key} for the bucket ${bucket}`);
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`the asset ${path} is not a folder`);
    return path;
  };
}
