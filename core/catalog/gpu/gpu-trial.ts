import type { ModelVersion } from '../model-version.ts';

/** How a trial ended. */
export type TrialResult =
  /** The endpoint answered the sample as promised. */
  | { readonly outcome: 'agreed' }
  /** Nothing can be said yet: the model is still being loaded, or the endpoint takes no calls now. */
  | { readonly outcome: 'undecided'; readonly reason: string }
  /** The endpoint cannot serve the version; the reason is fit for a reader. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** Tries a version on the GPU endpoint that is to serve it. */
export interface GpuTrial {
  /**
   * Sends the manifest's sample once and compares the answer with the promised one. Rejects only for faults of our own.
   *
   * @param endpoint name of the multi-model endpoint
   * @param budgetMs how long it may take, in milliseconds; what has not answered by then is undecided
   */
  run(endpoint: string, version: ModelVersion, budgetMs: number): Promise<TrialResult>;
}
