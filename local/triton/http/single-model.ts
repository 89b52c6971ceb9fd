import type { Model } from '../model.ts';
import { ResponseError } from '../response-error.ts';
import { TritonError } from '../triton-error.ts';
import type { Decoder } from '../wire/decoder.ts';
import type { Container } from './container.ts';
import { infer } from './infer.ts';
import { jsonAnswer } from './json-answer.ts';

/** A container for one model: `/invocations` goes to it, and errors keep the status that Triton gives their code. */
export const singleModel = (model: Model, decoder: Decoder): Container => ({
  answer: (request) => {
    if (request.path !== '/invocations') return undefined;
    if (request.method !== 'POST') return jsonAnswer(405, { error: 'Method Not Allowed' });
    return infer(model, decoder, request);
  },
  statusOf: (error) => {
    if (error instanceof ResponseError) return 400;
    return error instanceof TritonError ? error.status : undefined;
  },
  stop: () => model.unload(),
});
