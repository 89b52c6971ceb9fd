import type { ValidationRequest, ValidationResult } from './validation.ts';

/** Looks at a version's files in a sandbox and tries its sample. */
export interface ModelValidator {
  /**
   * The verdict; a sandbox that crashed or did not finish is a verdict too. Rejects when no sandbox could be asked.
   *
   * @param budgetMs how long the caller can wait, in milliseconds
   */
  validate(request: ValidationRequest, budgetMs: number): Promise<ValidationResult>;
}
