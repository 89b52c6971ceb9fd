import { marshall } from '@aws-sdk/util-dynamodb';

const models = 'MODELS';

/** Where the catalogue table keeps what. The zeros make the order of sort keys the order of versions. */
export const catalogKey = {
  /** Partition of all models. */
  models,
  /** A model with its live pointer. */
  model: (model: string) => marshall({ pk: models, sk: model }),
  /** Partition of a model's versions. */
  versions: (model: string) => `MODEL#${model}`,
  version: (model: string, version: string) => marshall({ pk: `MODEL#${model}`, sk: `V#${version.padStart(8, '0')}` }),
};
