import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImagePreprocessing, TextPreprocessing } from '../../../core/catalog/manifest.ts';
import { rankLabels } from '../../../core/task/classification/rank-labels.ts';
import { normalise } from '../../../core/task/image-classification/normalise.ts';
import { readVocabulary } from '../../../core/task/text-classification/read-vocabulary.ts';
import { textsToTensor } from '../../../core/task/text-classification/texts-to-tensor.ts';
import { tokenize } from '../../../core/task/text-classification/tokenize.ts';

const image: ImagePreprocessing = {
  kind: 'image',
  width: 2,
  height: 2,
  channels: 3,
  layout: 'NHWC',
  fit: 'fill',
  mean: [0.5, 0.25, 0],
  std: [0.5, 0.25, 2],
};
// Four pixels of red, green, blue.
const pixels = Uint8Array.of(0, 51, 102, 255, 204, 153, 10, 20, 30, 40, 50, 60);
const value = (pixel: number, channel: number): number =>
  ((pixels[pixel * 3 + channel] ?? 0) / 255 - (image.mean[channel] ?? 0)) / (image.std[channel] ?? 1);

test('pixels are scaled, centred and laid out pixel by pixel (NHWC) or plane by plane (NCHW)', () => {
  const nhwc = [0, 1, 2, 3].flatMap((pixel) => [0, 1, 2].map((channel) => value(pixel, channel)));
  const nchw = [0, 1, 2].flatMap((channel) => [0, 1, 2, 3].map((pixel) => value(pixel, channel)));
  for (const [layout, expected] of [
    ['NHWC', nhwc],
    ['NCHW', nchw],
  ] as const) {
    const got = normalise(pixels, { ...image, layout });
    for (const [at, each] of expected.entries()) expect(got[at]).toBeCloseTo(each, 6);
  }
});

const text: TextPreprocessing = {
  kind: 'text',
  vocabulary: 'words.txt',
  pattern: '[a-zäöüß]+|[^\\s\\w]',
  length: 5,
  paddingToken: '<pad>',
  unknownToken: '<unk>',
};
const vocabulary = readVocabulary(Buffer.from('<pad>\n<unk>\nwin\nmoney\n!\ngrüße\n'), text);

test('a text becomes the ids of its lower-cased tokens, unknown ones too, cut to the length', () => {
  expect(tokenize('Win MONEY now!', text, vocabulary)).toEqual([2, 3, 1, 4]);
  expect(tokenize('GRÜSSE Grüße', text, vocabulary)).toEqual([1, 5]);
  expect(tokenize('win win win win win win win', text, vocabulary)).toEqual([2, 2, 2, 2, 2]);
  expect(tokenize('', text, vocabulary)).toEqual([]);
  expect(tokenize('__proto__ constructor', { ...text, pattern: '\\w+' }, vocabulary)).toEqual([1, 1]);
});

test('tokens are ids of the vocabulary for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (any) => {
      const ids = tokenize(any, text, vocabulary);
      expect(ids.length).toBeLessThanOrEqual(5);
      expect(ids.every((id) => id >= 1 && id <= 5)).toBe(true);
    }),
  );
});

test('texts are rows, padded at the end, in the integer type that the model takes', () => {
  const spec = { name: 'ids', datatype: 'INT64', shape: [-1, 5] } as const;
  expect(textsToTensor(['win', ''], { ...spec, shape: [...spec.shape] }, text, vocabulary)).toEqual({
    name: 'ids',
    datatype: 'INT64',
    shape: [2, 5],
    data: BigInt64Array.of(2n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n),
  });
  const narrow = textsToTensor(['win'], { name: 'ids', datatype: 'INT32', shape: [-1, 5] }, text, vocabulary);
  expect(narrow.data).toEqual(Int32Array.of(2, 0, 0, 0, 0));
});

test('a vocabulary reads alike with other line ends, and refuses what would mix up ids', () => {
  expect(readVocabulary(Buffer.from('<pad>\r\n<unk>\r\nwin'), text).ids).toEqual(
    new Map([
      ['<pad>', 0],
      ['<unk>', 1],
      ['win', 2],
    ]),
  );
  const read = (content: string | Uint8Array) => () => readVocabulary(Buffer.from(content as string), text);
  expect(read('<pad>\n<unk>\nwin\nwin\n')).toThrow("has the token 'win' on line 3 and again on line 4");
  expect(read('<pad>\nwin\n')).toThrow("lacks the unknown token '<unk>'");
  expect(read('<unk>\nwin\n')).toThrow("lacks the padding token '<pad>'");
  expect(read(Uint8Array.of(0xff))).toThrow('UTF-8');
});

test('scores are ranked, best first, and cut', () => {
  const labels = ['a', 'b', 'c'];
  expect(rankLabels([1, 3, 2], labels, 'none', 2)).toEqual([
    { label: 'b', score: 3 },
    { label: 'c', score: 2 },
  ]);
  const softmax = rankLabels([1000, 1001, 999], labels, 'softmax', 3);
  expect(softmax.map(({ label }) => label)).toEqual(['b', 'a', 'c']);
  expect(softmax.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 12);
  expect(rankLabels([0], ['a'], 'sigmoid', 5)).toEqual([{ label: 'a', score: 0.5 }]);
});
