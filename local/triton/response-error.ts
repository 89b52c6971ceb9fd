/**
 * An error that comes as the response of a request that was accepted: the model failed, or the request waited too long. Whatever its code,
 * Triton's frontend for SageMaker answers it with 400.
 *
 * @see https://github.com/triton-inference-server/server/blob/main/src/sagemaker_server.cc (InferResponseComplete)
 */
export class ResponseError extends Error {
  override readonly name = 'ResponseError';
}
