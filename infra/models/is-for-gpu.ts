import type { Manifest } from '../../core/catalog/manifest.ts';
import type { GpuModel } from './gpu-model.ts';

export const isForGpu = (manifest: Manifest): manifest is GpuModel['manifest'] => manifest.target.kind === 'sagemaker';
