import type { ModelConfig } from '../config/model-config.ts';
import type { Signature } from '../repository/signature-problem.ts';
import type { Datatype } from '../tensor/datatype.ts';

/** A tensor on its way to the model: the bytes of its binary form, somewhere in a buffer that goes along. */
export interface InputTensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** As the model takes it, with the batch dimension if it has one. */
  readonly shape: readonly number[];
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly length: number;
}

/** What a request wants of an output. */
export interface WantedOutput {
  readonly name: string;
  readonly binary: boolean;
  /** How many of the largest values, as `value:index:label`; 0 for the tensor itself. */
  readonly classes: number;
}

/** What the model is to compute for one request. */
export interface InstanceRequest {
  /** Length of the batch dimension; 1 for a model without one. */
  readonly rows: number;
  readonly inputs: readonly InputTensor[];
  readonly outputs: readonly WantedOutput[];
}

/** An output as it goes into the answer. */
export interface RenderedOutput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** The binary form, or the text of a JSON array. */
  readonly data: Uint8Array<ArrayBuffer> | string;
}

export type InstanceResult =
  | { readonly outputs: readonly RenderedOutput[] }
  /** A message for the one who asked. */
  | { readonly error: string };

/** What an instance is made of. */
export interface InstanceSettings {
  readonly config: ModelConfig;
  readonly artifact: string;
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly threads: number;
}

export type ToInstance =
  | { readonly type: 'run'; readonly requests: readonly InstanceRequest[] }
  | { readonly type: 'close' };

export type FromInstance =
  | { readonly type: 'ready'; readonly signature: Signature; readonly provider: 'CUDA' | 'CPU' }
  | { readonly type: 'failed'; readonly message: string }
  | { readonly type: 'done'; readonly results: readonly InstanceResult[] };
