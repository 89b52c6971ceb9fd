import { Logger } from '@aws-lambda-powertools/logger';
import { validateVersion } from '../../core/catalog/validate/validate-version.ts';
import type { ValidationRequest, ValidationResult } from '../../core/catalog/validation.ts';

const logger = new Logger({ serviceName: 'validate' });

/** Tries a version of a model in a function that may do nothing but log; invoked by `control`. */
export const handler = async (request: ValidationRequest): Promise<ValidationResult> => {
  // Before the model runs: one that crashes or hangs the function is found by this line.
  logger.info('validating', { model: request.manifest.name, task: request.manifest.task });
  const result = await validateVersion(request, fetch);
  logger.info('validated', { model: request.manifest.name, ...result });
  return result;
};
