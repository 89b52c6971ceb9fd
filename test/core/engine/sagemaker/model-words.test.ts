import fc from 'fast-check';
import { expect, test } from 'vitest';
import { modelWords } from '../../../../core/engine/sagemaker/model-words.ts';

test.each([
  ['{"error":"unexpected shape for input \'x\', [2,3]"}', "unexpected shape for input 'x', [2,3]"],
  ['inference failed', 'inference failed'],
  ['{"error":"cannot open /opt/ml/model/resnet50/1/model.onnx: none"}', 'cannot open … none'],
  ['{"error":"while running node \'/layer1/conv/Conv\' of it"}', "while running node '…' of it"],
  ['{"error":"s3://bucket/key and C:\\\\temp\\\\x and ../up"}', '… and … and …'],
  ['{"error":"role arn:aws:iam::000000000000:role is missing"}', 'role … is missing'],
  ['{"error":"two\\nlines\\u0000 and\\u202e more"}', 'two lines and more'],
  ['{"error":""}', 'it gives no reason'],
  ['{"error":{"code":3}}', 'it gives no reason'],
  ['null', 'it gives no reason'],
  ['', 'it gives no reason'],
])('%s is passed on as: %s', (message, words) => {
  expect(modelWords(message)).toBe(words);
});

test('whatever a container says, the tenant gets one short line without a slash', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', maxLength: 400 }));
  fc.assert(
    fc.property(text, fc.boolean(), (said, asJson) => {
      const words = modelWords(asJson ? JSON.stringify({ error: said }) : said);
      expect(words.length).toBeLessThanOrEqual(300);
      expect(words).not.toBe('');
      expect(words).not.toMatch(/[/\\\p{Cc}]/u);
      expect(words.isWellFormed()).toBe(true);
    }),
  );
});
