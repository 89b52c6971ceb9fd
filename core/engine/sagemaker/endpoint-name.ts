/**
 * Names of a stage's SageMaker endpoints. Fixed, so that functions know them without a reference between stacks, and so that a new
 * configuration updates the endpoint in place, which is what rolls it out gradually. At most 63 characters: a stage has up to 16, a model
 * with an endpoint of its own up to 35.
 */
export const endpointName = {
  /** Serves one model. */
  model: (stage: string, model: string) => `maas-${stage}-model-${model}`,
  /** Serves the same model from a queue, for inputs and times beyond those of a request. */
  asynchronous: (stage: string, model: string) => `maas-${stage}-async-${model}`,
  /** Serves every model that was registered without an endpoint of its own. */
  multiModel: (stage: string) => `maas-${stage}-multi-model`,
};
