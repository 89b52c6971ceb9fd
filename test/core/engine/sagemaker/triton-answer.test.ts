import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TensorSpec } from '../../../../core/catalog/manifest.ts';
import { TritonAnswer } from '../../../../core/engine/sagemaker/triton-answer.ts';
import { binaryTypeStart } from '../../../../core/engine/sagemaker/triton-request.ts';
import { tensorToBinary } from '../../../../core/tensor/to-binary.ts';
import { tensorToJson } from '../../../../core/tensor/to-json.ts';
import { tritonAnswer } from '../../../fakes/sagemaker-runtime/fake-triton.ts';
import { anyTensor } from '../../tensor/arbitrary-tensor.ts';

const y: TensorSpec = { name: 'y', datatype: 'FP32', shape: [-1, 2] };
const two = { ...y, shape: [1, 2], bytes: Buffer.from(Float32Array.of(1, 2).buffer) };
const binary = (bytes: Uint8Array, contentType: string) => ({ contentType, body: bytes });
const good = () => {
  const { contentType, body } = tritonAnswer('7', [two]);
  return { contentType, body: Buffer.from(body as Uint8Array) };
};
const json = (value: unknown, contentType = 'application/json') =>
  binary(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), contentType);
const output = (changes: object) => ({ name: 'y', datatype: 'FP32', shape: [1, 2], data: [1, 2], ...changes });
const answer = (...outputs: unknown[]) => json({ model_version: '7', outputs });

test('binary outputs come as views of the answer, in the order wanted, and others are passed over', () => {
  const other = { name: 'z', datatype: 'INT8', shape: [3], bytes: Buffer.from([1, 2, 3]) };
  const { contentType, body } = tritonAnswer('281474976710655', [other, two]);
  const read = new TritonAnswer({ contentType, body: body as Uint8Array });
  expect(read.modelVersion).toBe('281474976710655');
  const [tensor] = read.tensors([y]);
  expect(tensor?.data).toEqual(Float32Array.of(1, 2));
  expect(tensor?.bytes?.buffer).toBe((body as Uint8Array).buffer);
});

test('any tensor is read from an answer in JSON as from a binary one', () => {
  fc.assert(
    fc.property(anyTensor(), (tensor) => {
      const { name, datatype, shape } = tensor;
      const spec = { name, datatype, shape: [...shape] };
      const { contentType, body } = tritonAnswer('1', [{ ...spec, bytes: tensorToBinary(tensor.data) }]);
      const [fromBinary] = new TritonAnswer({ contentType, body: body as Uint8Array }).tensors([spec]);
      expect(fromBinary?.data).toEqual(tensor.data);
      // FP16 has no JSON form, and of 64-bit integers only those come that a parser of JSON keeps.
      if (['FP16', 'INT64', 'UINT64'].includes(datatype)) return;
      const text = `{"model_version":"1","outputs":[{"name":"x","datatype":"${datatype}","shape":[${shape.join()}],"data":${tensorToJson(tensor)}}]}`;
      const [fromJson] = new TritonAnswer(json(text, 'application/json; charset=utf-8')).tensors([spec]);
      expect(fromJson?.data).toEqual(tensor.data);
    }),
  );
});

describe('an answer is refused', () => {
  const { contentType, body } = good();
  test.each([
    ['without a content type', binary(body, '')],
    ['of another type', binary(body, 'application/octet-stream')],
    ['whose JSON has a length below 0', binary(body, `${binaryTypeStart}-1`)],
    ['whose JSON has no number for its length', binary(body, `${binaryTypeStart}0x10`)],
    ['whose JSON is longer than itself', binary(body, `${binaryTypeStart}${body.length + 1}`)],
    ['whose JSON has a length of many digits', binary(body, `${binaryTypeStart}${'9'.repeat(400)}`)],
    ['whose type has something before', binary(body, ` x${contentType}`)],
    ['with one byte too few', binary(body.subarray(0, -1), contentType)],
    ['with one byte too many', binary(Buffer.concat([body, Buffer.from([0])]), contentType)],
    ['that is empty', json('')],
    ['that is no JSON', json('{')],
    ['that is no object', json([])],
    ['that is nested without end', json('['.repeat(100_000))],
    ['that is not UTF-8', binary(Buffer.from([0x7b, 0xff]), 'application/json')],
    ['without a version', json({ outputs: [] })],
    ['with a version that is no text', json({ model_version: 7, outputs: [] })],
    ['without outputs', json({ model_version: '7' })],
    ['with an output that is no object', answer(null)],
    ['with an output without a name', answer(output({ name: 3 }))],
    ['with an output that comes twice', answer(output({}), output({}))],
    ['with another name', answer(output({ name: '__proto__' }))],
    ['with another datatype', answer(output({ datatype: 'FP64' }))],
    ['with another rank', answer(output({ shape: [2] }))],
    ['with another dimension', answer(output({ shape: [2, 1] }))],
    ['with a shape below 0', answer(output({ shape: [-1, 2] }))],
    ['with a shape beyond all memory', answer(output({ shape: [2 ** 52, 2] }))],
    ['with a shape that is none', answer(output({ shape: '1,2' }))],
    ['with too few elements', answer(output({ data: [1] }))],
    ['without elements', answer(output({ data: undefined }))],
    ['with elements that are none', answer(output({ data: [1, {}] }))],
    ['with elements both here and there', answer(output({ parameters: { binary_data_size: 0 } }))],
    ['with a size below 0', answer(output({ data: undefined, parameters: { binary_data_size: -8 } }))],
    ['with a size beyond the end', answer(output({ data: undefined, parameters: { binary_data_size: 2 ** 53 } }))],
    ['with a size that is none', answer(output({ data: undefined, parameters: { binary_data_size: '8' } }))],
  ])('%s', (_, given) => {
    expect(() => new TritonAnswer(given).tensors([y])).toThrow();
  });

  test('with strings whose lengths lead out of it', () => {
    const { contentType: type, body: bytes } = tritonAnswer('1', [
      { name: 's', datatype: 'BYTES', shape: [1], bytes: Buffer.from('ffffffff', 'hex') },
    ]);
    const read = new TritonAnswer({ contentType: type, body: bytes as Uint8Array });
    expect(() => read.tensors([{ name: 's', datatype: 'BYTES', shape: [1] }])).toThrow('incomplete');
  });
});

test('a good answer changed in any way is read or refused, in no more memory than it has itself', () => {
  const { contentType, body } = good();
  const edit = fc.record({ at: fc.nat(body.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 4 }), fc.nat(body.length), fc.boolean(), (edits, length, asJson) => {
      const changed = Buffer.from(body.subarray(0, edits.length === 0 ? length : undefined));
      for (const { at, byte } of edits) changed[at] = byte;
      let tensors: ReturnType<TritonAnswer['tensors']>;
      try {
        tensors = new TritonAnswer(binary(changed, asJson ? 'application/json' : contentType)).tensors([y]);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        return;
      }
      expect(tensors[0]?.data.length).toBeLessThanOrEqual(changed.length);
    }),
    { numRuns: 2000 },
  );
});
