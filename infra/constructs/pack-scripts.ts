import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { NativeModule, NodeArchitecture } from './native-modules.ts';

/**
 * What becomes one file, each in its place. binding.js, which finds native code by where it lies, stays as it is, and so does each module
 * that two of them share.
 */
const packed: Readonly<Record<NativeModule, readonly { readonly file: string; readonly apart: readonly string[] }[]>> =
  {
    'onnxruntime-node': [
      { file: 'onnxruntime-common/dist/cjs/index.js', apart: [] },
      { file: 'onnxruntime-node/dist/index.js', apart: ['onnxruntime-common', './binding'] },
    ],
    sharp: [{ file: 'sharp/dist/index.cjs', apart: [] }],
  };

/**
 * Joins the scripts of native modules. Node takes a third of a millisecond to find, read and compile each file, and more where the disk is
 * cold: loading ONNX Runtime and sharp takes 94 files as they are installed and 8 as they are packed.
 *
 * @param folder the layer's `node_modules`
 */
export function packScripts(folder: string, modules: readonly NativeModule[], architecture: NodeArchitecture): void {
  if (modules.includes('sharp')) answerSharp(join(folder, 'sharp', 'dist'), architecture);
  for (const { file, apart } of modules.flatMap((name) => packed[name])) {
    buildSync({
      entryPoints: [join(folder, file)],
      outfile: join(folder, file),
      allowOverwrite: true,
      // Packages of the layer find each other there, as they do by NODE_PATH in Lambda.
      nodePaths: [folder],
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      external: ['@img/sharp-*', ...apart],
      minify: true,
      keepNames: true,
      logLevel: 'warning',
    });
  }
}

/**
 * Gives sharp's scripts the answers to what they would find out each time that they are loaded: which C library this is, whether there is a
 * build of sharp's own, what its packages demand. In the layer all of this is known, and finding it out takes 20 ms of a cold start.
 */
function answerSharp(dist: string, architecture: NodeArchitecture): void {
  const platform = `linux-${architecture}`;
  writeFileSync(join(dist, 'sharp.cjs'), `module.exports = require('@img/sharp-${platform}/sharp.node');\n`);
  writeFileSync(join(dist, 'libvips.cjs'), `exports.runtimePlatformArch = () => '${platform}';\n`);
}
