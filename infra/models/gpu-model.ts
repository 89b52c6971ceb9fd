import type { Manifest, SageMakerTarget } from '../../core/catalog/manifest.ts';

/** A model that gets an endpoint of its own: its manifest, and the archive that SageMaker loads it from. */
export interface GpuModel {
  readonly manifest: Manifest & { readonly target: SageMakerTarget };
  /** Path of the `tar.gz`, a Triton model repository. */
  readonly archive: string;
}

/** Models by their names. */
export type GpuModels = ReadonlyMap<string, GpuModel>;
