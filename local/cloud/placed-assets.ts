import type { Assembly } from '../cloudformation/assembly.ts';
import type { Target } from '../cloudformation/stack-scope.ts';

/** A file or folder that the CDK would upload. */
export interface PlacedAsset {
  readonly bucket: string;
  readonly key: string;
  /** On this machine. */
  readonly path: string;
}

/** The assets of an assembly, their places resolved for an account and a region. */
export const placedAssets = ({ assets }: Assembly, { account, region }: Target): PlacedAsset[] =>
  [...assets].map(([place, path]) => {
    const resolved = place.replaceAll(/\$\{AWS::(AccountId|Region|Partition)\}/g, (_, name: string) => {
      return { AccountId: account, Region: region, Partition: 'aws' }[name] ?? name;
    });
    const slash = resolved.indexOf('/');
    return { bucket: resolved.slice(0, slash), key: resolved.slice(slash + 1), path };
  });
