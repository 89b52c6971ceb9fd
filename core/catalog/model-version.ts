import type { Manifest } from './manifest.ts';

/** Where a version stands. Only READY serves. */
export type VersionState = 'UPLOADING' | 'VALIDATING' | 'READY' | 'FAILED';

/** One file of a version, content-addressed in the artifacts bucket under `artifactKey(sha256)`. */
export interface ArtifactFile {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A registered version of a model. Everything but `state` and `reason` never changes. */
export interface ModelVersion {
  readonly model: string;
  /** Decimal integer from 1 on, as Triton's clients require. */
  readonly version: string;
  readonly state: VersionState;
  /** Why it failed, fit for a reader. */
  readonly reason?: string;
  readonly manifest: Manifest;
  /** By the name that the manifest uses, e.g. `model.onnx`. */
  readonly files: Readonly<Record<string, ArtifactFile>>;
  /** RFC 3339. */
  readonly createdAt: string;
}
