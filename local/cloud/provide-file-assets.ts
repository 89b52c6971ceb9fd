import { stat } from 'node:fs/promises';
import type { PlacedAsset } from './placed-assets.ts';

/**
 * Puts the assets that are files where the CDK uploads them, in the bucket of its bootstrap stack, so that services find them there.
 * Templates are assets too; they stay out, since nothing here reads them from there.
 *
 * @param provide puts a file into a bucket, unless it is there already
 * @throws Error that names an asset that is missing
 */
export async function provideFileAssets(
  assets: readonly PlacedAsset[],
  provide: (place: PlacedAsset, path: string) => Promise<void>,
): Promise<void> {
  for (const asset of assets) {
    if (asset.path.endsWith('.template.json')) continue;
    const found = await stat(asset.path).catch((cause: unknown) => {
      throw new Error(`the asset ${asset.path} is missing; synthesize the assembly anew`, { cause });
    });
    if (found.isFile()) await provide(asset, asset.path);
  }
}
