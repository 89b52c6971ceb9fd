import * as z from 'zod';

/** Names of models, endpoint configurations, endpoints, variants and inference components. */
export const resourceName = z
  .string()
  .regex(
    /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
    'not a name that SageMaker takes: letters, digits and hyphens, 63 at most',
  );
