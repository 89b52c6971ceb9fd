import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonRefusal } from '../../../core/aws/json-refusal.ts';

test.each([
  [{}, '{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"m"}'],
  [{}, '{"__type":"com.amazon.coral.service#ResourceNotFoundException","Message":"m"}'],
  [{}, '{"__type":"ResourceNotFoundException","message":"m"}'],
  [{ 'x-amzn-errortype': 'ResourceNotFoundException' }, '{"message":"m"}'],
  [{ 'x-amzn-errortype': 'ResourceNotFoundException:http://internal.amazon.com/x#y/' }, '{"Message":"m"}'],
])('code and message are found in %o %s', (headers, body) => {
  expect(jsonRefusal(headers, body)).toEqual({ code: 'ResourceNotFoundException', message: 'm' });
});

test('a body that is no error of AWS has neither code nor message', () => {
  const bodies = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('<html>', '{"__type":7,"message":{}}', 'null', '"x"'),
  );
  fc.assert(
    fc.property(bodies, (body) => {
      expect(jsonRefusal({}, body)).toEqual({ code: '', message: '' });
    }),
  );
});
