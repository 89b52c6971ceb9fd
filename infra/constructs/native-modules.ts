import type { StageSettings } from '../settings/stage-settings.ts';

/** The CPU as Node.js and npm spell it. */
export type NodeArchitecture = 'x64' | 'arm64';

export const nodeArchitecture = (architecture: StageSettings['architecture']): NodeArchitecture =>
  architecture === 'x86_64' ? 'x64' : 'arm64';

/** Packages that the bundler leaves alone since they load native code: a layer brings them. */
export const nativeModules = ['onnxruntime-node', 'sharp'] as const;

export type NativeModule = (typeof nativeModules)[number];

/** sharp's native parts for Linux with glibc, which is what Lambda runs. */
export const sharpBinaries = (architecture: NodeArchitecture): readonly string[] => [
  `@img/sharp-linux-${architecture}`,
  `@img/sharp-libvips-linux-${architecture}`,
];
