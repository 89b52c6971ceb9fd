import type { ModelVersion } from '../model-version.ts';

/** The archives that the multi-model endpoint loads. */
export interface ModelArchives {
  /**
   * Makes sure that the version's archive is there.
   *
   * @throws UnavailableError when that takes longer than `budgetMs` milliseconds
   */
  store(version: ModelVersion, budgetMs: number): Promise<void>;
}
