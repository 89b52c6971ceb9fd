import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../local/triton/config/read-config.ts';
import { type Datatype, datatypes } from '../../../local/triton/tensor/datatype.ts';
import { TritonError } from '../../../local/triton/triton-error.ts';
import { decodeRequest } from '../../../local/triton/wire/decode-request.ts';
import { inferCall } from './infer-call.ts';

const names = Object.keys(datatypes) as Datatype[];
const tensor = (name: Datatype): string =>
  `{ name: "${name}" data_type: TYPE_${name === 'BYTES' ? 'STRING' : name} dims: [ -1 ] }`;
const { config } = readConfig(
  `name: "m" backend: "onnxruntime" max_batch_size: 4 input [ ${names.map(tensor).join()} ] output [ ${tensor('FP32')} ]`,
);
const model = {
  name: 'm',
  config,
  version: '1',
  artifact: '',
  artifactBytes: 0,
  labels: new Map<string, string[]>(),
  ineffective: [],
};
/** In a buffer of its own, as the server has it. */
const own = (bytes: Uint8Array): Buffer<ArrayBuffer> => Buffer.from(new Uint8Array(bytes).buffer);

const bytesOf = (datatype: Datatype, rows: number): Uint8Array =>
  datatype === 'BYTES'
    ? Buffer.concat(Array.from({ length: rows }, () => Buffer.of(2, 0, 0, 0, 104, 105)))
    : Uint8Array.from({ length: rows * datatypes[datatype].bytes }, (_, index) => index % 2);
const whole = (rows: number) =>
  inferCall(
    names.map((name) => ({ name, datatype: name, shape: [rows, 1], data: bytesOf(name, rows) })),
    { id: 'x', parameters: { timeout: 5 }, outputs: [{ name: 'FP32', parameters: { classification: 1 } }] },
  );

describe('reading a request', () => {
  it('finds every tensor where it lies in the body, without copying it', () => {
    const { body, headers } = whole(3);
    const at = Number(/\d+$/.exec(headers['content-type'] ?? '')?.[0]);
    const bytes = own(body);
    const { id, timeoutUs, work } = decodeRequest(bytes, at, model);
    expect([id, timeoutUs, work.rows]).toEqual(['x', 5, 3]);
    for (const { name, buffer, offset, length } of work.inputs) {
      expect(buffer).toBe(bytes.buffer);
      expect([name, [...new Uint8Array(buffer, offset, length)]]).toEqual([name, [...bytesOf(name as Datatype, 3)]]);
    }
  });

  it('gives a request or a refusal, whatever is done to it', () => {
    const { body, headers } = whole(2);
    const at = Number(/\d+$/.exec(headers['content-type'] ?? '')?.[0]);
    const change = fc.record({
      at: fc.nat(body.length),
      remove: fc.nat(40),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc.json({ maxDepth: 2 }).map((text) => Buffer.from(text)),
      ),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 3 }),
        fc.option(fc.nat(body.length + 5)),
        (changes, size) => {
          let changed = Buffer.from(body);
          for (const { at: place, remove, insert } of changes) {
            changed = Buffer.concat([changed.subarray(0, place), insert, changed.subarray(place + remove)]);
          }
          try {
            const { work } = decodeRequest(own(changed), size ?? at, model);
            for (const { buffer, offset, length } of work.inputs)
              expect(offset + length).toBeLessThanOrEqual(buffer.byteLength);
          } catch (error) {
            expect(error).toBeInstanceOf(TritonError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
