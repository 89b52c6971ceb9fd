import type { ApiRequest } from '../api/api-request.ts';
import type { ModelVersion } from '../catalog/model-version.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** What a request asks for, free of its protocol. */
export interface InferenceCall {
  /** Checked against the model's declared inputs. */
  readonly inputs: readonly Tensor[];
  /** Names of the outputs wanted, all when absent. */
  readonly outputs?: readonly string[];
  /** Renders the outputs, which `answeredBy` gave, as the protocol wants them. */
  readonly encode: (outputs: readonly Tensor[], answeredBy: ModelVersion) => Answer;
}

/** The protocol's rendering of a success. */
export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A protocol adapter. Reads and renders, and holds no policy: billing, limits and deadlines are the path's. */
export type Decode = (request: ApiRequest, model: ModelVersion) => InferenceCall | Promise<InferenceCall>;
