import type { ModelConfig } from '../config/model-config.ts';

/** A model of a repository, read and checked as far as can be without running it. */
export interface ModelFiles {
  /** As requests and answers name it. */
  readonly name: string;
  readonly config: ModelConfig;
  /** The version that serves: the name of its folder. */
  readonly version: string;
  readonly artifact: string;
  readonly artifactBytes: number;
  /** Names of classes by outputs. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  /** Fields of the configuration without effect here, with reasons. */
  readonly ineffective: readonly string[];
}
