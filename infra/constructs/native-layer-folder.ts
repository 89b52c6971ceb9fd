import { createHash } from 'node:crypto';
import { cpSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { buildOnce } from './build-once.ts';
import { lockedPackage } from './locked-package.ts';
import { type NativeModule, type NodeArchitecture, sharpBinaries } from './native-modules.ts';
import { packScripts } from './pack-scripts.ts';
import { repositoryRoot } from './repository-root.ts';
import { sharpBinaryFolders } from './sharp-binary-folders.ts';

/** What ONNX Runtime and sharp need at run time; the rest of their dependencies only serves their installation. */
const packagesOf: Readonly<Record<NativeModule, readonly string[]>> = {
  'onnxruntime-node': ['onnxruntime-node', 'onnxruntime-common'],
  sharp: ['sharp', '@img/colour', 'detect-libc'],
};

/**
 * The folder of the layer with these modules for Linux on this CPU, laid out as Lambda expects (`nodejs/node_modules`), and the digest
 * that names its content. Copied from node_modules, its scripts packed: no Docker, no second install.
 *
 * onnxruntime-node brings 288 MB for every platform; Lambda allows 250 MB for a function and its layers together, and unpacks all of
 * it at a cold start, so only what a CommonJS bundle can load on this platform goes in.
 */
export function nativeLayerFolder(
  architecture: NodeArchitecture,
  modules: readonly NativeModule[],
): {
  readonly folder: string;
  readonly digest: string;
} {
  const packages = modules.flatMap((name) => packagesOf[name]);
  const hash = createHash('sha256').update(architecture);
  for (const name of [...packages, ...(modules.includes('sharp') ? sharpBinaries(architecture) : []), 'esbuild'])
    hash.update(`${name} ${lockedPackage(name).integrity}`);
  // The choice of files and what becomes of them is part of the content: another version must not meet an older one's folder.
  for (const module of [import.meta.filename, join(import.meta.dirname, 'pack-scripts.ts')]) {
    hash.update(readFileSync(module));
  }
  const digest = hash.digest('hex');
  const folder = buildOnce(`native-layer-${architecture}-${digest.slice(0, 16)}`, (draft) => {
    const installed = join(draft, 'nodejs', 'node_modules');
    for (const name of packages) {
      copyPackage(join(repositoryRoot, 'node_modules', name), join(installed, name), architecture);
    }
    for (const from of modules.includes('sharp') ? sharpBinaryFolders(architecture) : []) {
      copyPackage(from, join(installed, '@img', basename(from)), architecture);
    }
    packScripts(installed, modules, architecture);
  });
  return { folder, digest };
}

function copyPackage(from: string, to: string, architecture: NodeArchitecture): void {
  cpSync(from, to, {
    recursive: true,
    filter: (source) => {
      const path = relative(from, source).split(sep).join('/');
      return statSync(source).isDirectory() ? isNeededFolder(path, architecture) : isNeededFile(basename(path));
    },
  });
}

// `script` and `install` fetch or compile at installation, `src` is C++, `esm` is what a CommonJS bundle never loads.
function isNeededFolder(path: string, architecture: NodeArchitecture): boolean {
  if (/(^|\/)(script|install|src|esm)$/.test(path)) return false;
  const platform = /^bin\/napi-v\d+\/(.+)$/.exec(path)?.[1];
  return platform === undefined || platform === 'linux' || platform === `linux/${architecture}`;
}

// Licences stay with what they license. CUDA and TensorRT providers would be hundreds of MB for a GPU that Lambda does not have.
function isNeededFile(name: string): boolean {
  if (/^libonnxruntime_providers_(cuda|tensorrt)/.test(name)) return false;
  return /^(licen[cs]e|notice|thirdpartynotices)/i.test(name) || /\.(c?js|json|node)$|\.so(\.[\d.]+)?$/.test(name);
}
