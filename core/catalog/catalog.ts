import type { ModelVersion } from './model-version.ts';

/** A model as listed: its name and the version that serves when a request names none. */
export interface ModelSummary {
  readonly model: string;
  /** Absent until a first version became READY. */
  readonly liveVersion?: string;
  readonly task: string;
  readonly description: string;
}

/** Reads the registry of models. */
export interface Catalog {
  list(): Promise<readonly ModelSummary[]>;
  /** The given version, or the live one; undefined when there is none. */
  find(model: string, version?: string): Promise<ModelVersion | undefined>;
  /** All versions, newest first; empty for an unknown model. */
  versions(model: string): Promise<readonly ModelVersion[]>;
}
