/** The thread that reads long requests, so that the one that serves HTTP always has time for a ping. */
import { parentPort } from 'node:worker_threads';
import { TritonError } from '../triton-error.ts';
import { decodeRequest } from './decode-request.ts';
import type { FromDecoder, ToDecoder } from './decoder-messages.ts';

const port = parentPort;
if (port === null) throw new Error('this is not a program but a thread of one');

port.on('message', ({ id, buffer, offset, length, headerSize, model }: ToDecoder) => {
  const send = (message: FromDecoder, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  try {
    const request = decodeRequest(Buffer.from(buffer, offset, length), headerSize, model);
    send({ id, request }, [...new Set(request.work.inputs.map((input) => input.buffer))]);
  } catch (error) {
    // Anything else is unexpected: it ends the thread, and with it the process.
    if (!(error instanceof TritonError)) throw error;
    send({ id, refusal: { code: error.code, message: error.message } });
  }
});
