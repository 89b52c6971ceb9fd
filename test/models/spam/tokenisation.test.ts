import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { manifestSchema } from '../../../core/catalog/manifest.ts';
import { readVocabulary } from '../../../core/task/text-classification/read-vocabulary.ts';
import { textsToTensor } from '../../../core/task/text-classification/texts-to-tensor.ts';

const folder = 'models/spam';
const manifest = manifestSchema.parse(JSON.parse(readFileSync(`${folder}/model.json`, 'utf8')));
const { preprocessing, inputs, labels = [], sample } = manifest;
const [input] = inputs;
if (preprocessing?.kind !== 'text' || input === undefined) throw new Error('spam takes no text');
const vocabulary = readVocabulary(readFileSync(`${folder}/${preprocessing.vocabulary}`), preprocessing);

const idsOf = (text: string): bigint[] => [
  ...(textsToTensor([text], input, preprocessing, vocabulary).data as BigInt64Array),
];
/** What the model reads: neither padding nor unknown. */
const known = (text: string): bigint[] => idsOf(text).filter((id) => id > 1n);

async function classify(text: string): Promise<string | undefined> {
  const session = await InferenceSession.create(`${folder}/${manifest.artifact}`, { intraOpNumThreads: 1 });
  const ids = BigInt64Array.from(idsOf(text));
  const scores = (await session.run({ [input?.name ?? '']: new Tensor('int64', ids, [1, ids.length]) })).logits
    ?.data as Float32Array;
  return labels[scores.indexOf(Math.max(...scores))];
}

const golden = JSON.parse(readFileSync(`${folder}/golden.json`, 'utf8')) as { text: string; ids: number[] }[];

test.each(golden)('the server gives golden text %# the token ids that training gave it', ({ text, ids }) => {
  const padding = Array.from({ length: preprocessing.length - ids.length }, () => 0n);
  expect(idsOf(text)).toEqual([...ids.map(BigInt), ...padding]);
});

test('the vocabulary starts with padding and unknown, and is as long as the model knows', async () => {
  expect(vocabulary).toMatchObject({ paddingId: 0, unknownId: 1 });
  const session = await InferenceSession.create(`${folder}/${manifest.artifact}`, {
    intraOpNumThreads: 1,
    logSeverityLevel: 4,
  });
  const run = (id: number): Promise<unknown> => {
    const ids = new BigInt64Array(preprocessing.length).fill(BigInt(id));
    return session.run({ ids: new Tensor('int64', ids, [1, ids.length]) });
  };
  await expect(run(vocabulary.ids.size - 1)).resolves.toBeDefined();
  await expect(run(vocabulary.ids.size)).rejects.toThrow(/out of data bounds/);
});

test.each(['spam', 'ham'])('the sample mail %s is called so, as text and as a request', async (label) => {
  const text = readFileSync(`${folder}/sample/${label}.txt`, 'utf8');
  expect(JSON.parse(readFileSync(`${folder}/sample/${label}.json`, 'utf8'))).toEqual({ inputs: text });
  expect(await classify(text)).toBe(label);
});

test('the sample request in the manifest is the sample spam', () => {
  const text = readFileSync(`${folder}/sample/spam.txt`, 'utf8');
  expect(sample.inputs[0]?.data?.map((id) => BigInt(id))).toEqual(idsOf(text));
});

test('headers, addresses, links and markup tell the model nothing', () => {
  const headers = [
    'From bulk@example.com  Fri Aug 23 11:03:31 2002',
    'Return-Path: <bulk@example.com>',
    'Received: from mail.example.com (unknown [192.0.2.1])',
    '\tby mx.example.org (Postfix) with ESMTP id 478B54415C',
    '\tfor <you@example.org>; Fri, 23 Aug 2002 06:02:57 -0400 (EDT)',
    'Message-ID: <008c61d64eed$6184e5d5$4bc22de3@free.money.example.com>',
    'Date: Fri, 23 Aug 2002 03:13:31 -0400',
    'X-Mailer: Microsoft Outlook, Build 10.0.2616',
    'Content-Type: text/plain; charset="iso-8859-1"',
  ];
  const mail = 'Subject: About the house\n\nPlease call me about the new house today.';
  for (const lineEnd of ['\n', '\r\n']) {
    const whole = [...headers, ...mail.split('\n')].join(lineEnd);
    expect(known(whole)).toEqual(known(mail));
  }
  const body = 'Please call me about the new house today.';
  expect(known(body)).toHaveLength(8);
  expect(known(`<p style="money">${body}</p><a href="http://free.example.com/money">`)).toEqual(known(body));
  expect(known(`${body} http://free.example.com/money?free=1 free.money@example.com`)).toEqual(known(body));
});

test('a long text without a single token is read in one pass', () => {
  for (const text of ['<', '[', '&', '’', '\n', '<a>', 'a', 'a-', '\na-', 'to: a\n ']) {
    expect(idsOf(text.repeat(200_000))).toHaveLength(preprocessing.length);
  }
});

test('the test mails are named once each, and hold a fifth of each group', () => {
  const ids = readFileSync(`${folder}/test-ids.txt`, 'utf8').trim().split('\n');
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toHaveLength(manifest.quality.samples);
  expect(ids.every((id) => /^(easy-ham-[12]|hard-ham-1|spam-[12])\/\d{5}$/.test(id))).toBe(true);
});
