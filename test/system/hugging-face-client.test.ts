import { readFileSync } from 'node:fs';
import { InferenceClient } from '@huggingface/inference';
import { expect, inject, test } from 'vitest';

const { url, apiKey } = inject('maas').demo;
const client = new InferenceClient(apiKey);

test('the published client classifies pictures', async () => {
  const picture = new Blob([readFileSync('models/fashion/sample/ankle-boot.png')], { type: 'image/png' });
  const labels = await client.imageClassification({ endpointUrl: `${url}/models/fashion`, data: picture });
  expect(labels[0]?.label).toMatch(/ankle boot/i);
  const scores = labels.map((label) => label.score);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
});

test('the published client classifies mails', async () => {
  const classify = (inputs: string): ReturnType<typeof client.textClassification> =>
    client.textClassification({ endpointUrl: `${url}/models/spam`, inputs });
  for (const label of ['spam', 'ham']) {
    const [best] = await classify(readFileSync(`models/spam/sample/${label}.txt`, 'utf8'));
    expect(best?.label).toBe(label);
  }
});

test('the published client shows our reason when it refuses', async () => {
  const request = client.textClassification({ endpointUrl: `${url}/models/fashion`, inputs: 'a text' });
  await expect(request).rejects.toThrow(/image-classification|picture|image/i);
});
