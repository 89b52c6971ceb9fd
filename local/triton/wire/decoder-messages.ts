import type { ModelFiles } from '../repository/model-files.ts';
import type { TritonError } from '../triton-error.ts';
import type { InferRequest } from './infer-request.ts';

/** A request for the thread that reads long ones; its body lies in a buffer that goes along. */
export interface ToDecoder {
  readonly id: number;
  readonly buffer: ArrayBuffer;
  readonly offset: number;
  readonly length: number;
  readonly headerSize: number | undefined;
  readonly model: ModelFiles;
}

export type FromDecoder = { readonly id: number } & (
  | { readonly request: InferRequest }
  | { readonly refusal: { readonly code: TritonError['code']; readonly message: string } }
);
