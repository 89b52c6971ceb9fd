import { expect, test } from 'vitest';
import { Deployed } from './deployed.ts';
import { archive } from './tar.ts';

const capture = (options: object = {}) => ({
  DataCaptureConfig: {
    InitialSamplingPercentage: 100,
    DestinationS3Uri: 's3://models/captured',
    CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
    CaptureContentTypeHeader: { JsonContentTypes: ['application/json'], CsvContentTypes: ['text/csv'] },
    ...options,
  },
});

interface CaptureRecord {
  readonly captureData: Readonly<Record<string, unknown>>;
  readonly eventMetadata: Readonly<Record<string, string>>;
}

async function records(cloud: Deployed, prefix: string, count: number): Promise<CaptureRecord[]> {
  const read = async (): Promise<CaptureRecord[]> => {
    const texts = await Promise.all((await cloud.keys(prefix)).map((key) => cloud.read(key)));
    return texts.flatMap((text) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as CaptureRecord),
    );
  };
  await expect.poll(async () => (await read()).length).toBe(count);
  return read();
}

test('captured requests and answers are JSON lines in the bucket, by endpoint, variant and hour', async () => {
  const cloud = await Deployed.start();
  await cloud.serve('echo', { name: 'echo' }, {}, capture());
  await cloud.invoke('echo', { Body: '{"a":1}', ContentType: 'application/json', InferenceId: 'id-1' });
  await cloud.invoke('echo', { Body: Buffer.from([0, 255]), ContentType: 'application/octet-stream' });
  const [json, binary] = await records(cloud, 'captured/', 2);
  expect(json).toEqual({
    captureData: {
      endpointInput: { observedContentType: 'application/json', mode: 'INPUT', data: '{"a":1}', encoding: 'JSON' },
      endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', data: '{"a":1}', encoding: 'JSON' },
    },
    eventMetadata: {
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      inferenceId: 'id-1',
      inferenceTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    },
    eventVersion: '0',
  });
  expect(binary?.captureData['endpointInput']).toMatchObject({ data: 'AP8=', encoding: 'BASE64' });
  for (const key of await cloud.keys('captured/')) {
    expect(key).toMatch(/^captured\/echo\/main\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$/);
  }
});

test('only the share that the template says is captured, and only what it says of it', async () => {
  let chance = 0.5;
  const cloud = await Deployed.start({ random: () => chance });
  const options = { InitialSamplingPercentage: 40, CaptureOptions: [{ CaptureMode: 'Output' }] };
  await cloud.serve('echo', { name: 'echo' }, {}, capture(options));
  await cloud.invoke('echo');
  chance = 0.39;
  await cloud.invoke('echo');
  const [only] = await records(cloud, 'captured/', 1);
  expect(Object.keys(only?.captureData ?? {})).toEqual(['endpointOutput']);
});

test('a shadow gets copies of requests, and what it answers changes nothing', async () => {
  const cloud = await Deployed.start();
  await cloud.put('shadow.tar.gz', archive({ name: 'shadow' }));
  await cloud.model('shadow', { ModelDataUrl: 's3://models/shadow.tar.gz' });
  await cloud.serve(
    'echo',
    { name: 'echo' },
    {},
    {
      ...capture(),
      ShadowProductionVariants: [{ VariantName: 'shadow', ModelName: 'shadow' }],
    },
  );
  expect((await cloud.container('echo')).model).toBe('echo');
  const [copy] = await records(cloud, 'captured/echo/shadow/', 1);
  const { data = '' } = (copy?.captureData['endpointOutput'] ?? {}) as { data?: string };
  expect(Buffer.from(data, 'base64').toString()).toContain('"model":"shadow"');
  await expect(cloud.invoke('echo', { ContentType: 'test/exit' })).rejects.toMatchObject({ name: 'ModelError' });
  expect((await cloud.describe('echo')).ShadowProductionVariants).toMatchObject([{ VariantName: 'shadow' }]);
});
