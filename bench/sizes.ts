import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** An asset as Lambda would get it. */
export interface AssetSize {
  readonly asset: string;
  readonly unpackedBytes: number;
  readonly zippedBytes: number;
}

interface Assets {
  readonly files: Readonly<
    Record<
      string,
      { readonly displayName: string; readonly source: { readonly path: string; readonly packaging: string } }
    >
  >;
}

/** Sizes of the functions' bundles and of the layer in an assembly folder. `zippedBytes` is a tar through gzip, which is DEFLATE as in a zip. */
export function sizes(assembly: string): AssetSize[] {
  const manifests = readdirSync(assembly).filter((name) => name.endsWith('.assets.json'));
  const seen = new Map<string, AssetSize>();
  for (const manifest of manifests) {
    const { files } = JSON.parse(readFileSync(join(assembly, manifest), 'utf8')) as Assets;
    for (const { displayName, source } of Object.values(files)) {
      if (source.packaging !== 'zip') continue;
      const folder = join(assembly, source.path);
      const zipped = spawnSync('sh', ['-c', 'tar -C "$0" -cf - . | gzip -6 | wc -c', folder], { encoding: 'utf8' });
      seen.set(folder, { asset: displayName, unpackedBytes: folderBytes(folder), zippedBytes: Number(zipped.stdout) });
    }
  }
  return [...seen.values()];
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
