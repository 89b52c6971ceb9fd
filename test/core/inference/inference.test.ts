import { describe, expect, test } from 'vitest';
import type { ApiResponse } from '../../../core/api/api-response.ts';
import type { UsageEvent } from '../../../core/metering/usage-event.ts';
import { doublingModel, identityModel } from '../engine/onnx-file.ts';
import { doubling, manifest } from './manifests.ts';
import { type Platform, platform, type Sent } from './platform.ts';

const registered = { manifest: doubling, files: { 'model.onnx': doublingModel() } };
const request = (rows = 2): Sent => ({
  route: '/v2/models/{model}/infer',
  params: { model: 'double' },
  body: JSON.stringify({
    inputs: [{ name: 'x', datatype: 'FP32', shape: [rows, 1], data: Array.from({ length: rows }, () => 1) }],
  }),
});
const error = ({ body }: ApiResponse): string => JSON.parse(body as string).error;

/** Replaces the journal's append for as many calls as there are outcomes; the last one stays. */
function journalThat(served: Platform, ...outcomes: (() => Promise<'stored' | 'duplicate'>)[]): UsageEvent[] {
  const asked: UsageEvent[] = [];
  served.journal.append = (event) => {
    asked.push(event);
    return (outcomes.length > 1 ? outcomes.shift() : outcomes[0])?.() ?? Promise.resolve('stored');
  };
  return asked;
}

describe('a success', () => {
  test('is recorded once, with who asked, what answered and what it took', async () => {
    const served = platform([registered]);
    const sent = request(2);
    const response = await served.send(sent);
    expect(response.status).toBe(200);
    expect(served.events).toEqual([
      {
        specversion: '1.0',
        type: 'maas.inference.completed.v1',
        id: expect.stringMatching(/^0190a000-/),
        source: 'maas/eu-central-1/test',
        subject: 't-1',
        time: '2026-01-02T03:04:05.678Z',
        data: {
          requestId: 'request-1',
          extendedRequestId: expect.any(String),
          keyId: 'k-1',
          plan: 'free',
          route: 'open-inference.infer',
          model: 'double',
          modelVersion: '1',
          artifact: served.versions[0]?.files['model.onnx']?.sha256,
          hardware: 'lambda-cpu',
          units: {
            requests: 1,
            items: 2,
            tokens: 0,
            images: 0,
            audioMs: 0,
            computeMs: expect.any(Number),
            bytesIn: (sent.body as string).length,
            bytesOut: (response.body as string).length,
          },
        },
      },
    ]);
    expect(Number.isInteger(served.events[0]?.data.units.computeMs)).toBe(true);
  });

  test('says which event records it and where the time went', async () => {
    const served = platform([registered]);
    const { headers } = await served.send(request());
    expect(headers['x-usage-event-id']).toBe(served.events[0]?.id);
    const stages = headers['server-timing']?.split(', ').map((stage) => /^([a-z]+);dur=\d+\.\d\d$/.exec(stage)?.[1]);
    expect(stages).toEqual(['catalog', 'decode', 'load', 'model', 'encode', 'journal']);
  });

  test('whose event the journal has already is answered', async () => {
    const served = platform([registered]);
    journalThat(served, async () => 'duplicate');
    expect((await served.send(request())).status).toBe(200);
  });

  test('waits for the journal', async () => {
    const served = platform([registered]);
    let recorded = false;
    journalThat(served, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      recorded = true;
      return 'stored';
    });
    await served.send(request());
    expect(recorded).toBe(true);
  });

  test('that the journal does not take goes to the spillway after three tries, and is answered', async () => {
    const spilled: UsageEvent[] = [];
    const spillway = { put: async (event: UsageEvent) => void spilled.push(event) };
    const served = platform([registered], { spillway });
    const asked = journalThat(served, () => Promise.reject(new Error('throttled')));
    const response = await served.send(request());
    expect(response.status).toBe(200);
    expect(asked).toHaveLength(3);
    expect(spilled).toEqual([asked[0]]);
    expect(response.headers['x-usage-event-id']).toBe(spilled[0]?.id);
  });

  test('that neither journal nor spillway takes is not answered', async () => {
    const served = platform([registered], { spillway: { put: () => Promise.reject(new Error('down')) } });
    journalThat(served, () => Promise.reject(new Error('down')));
    const response = await served.send(request());
    expect(response.status).toBe(503);
    expect(response.headers).not.toHaveProperty('x-usage-event-id');
  });

  test('counts the rows of a batch, also of none; a model without batch counts one', async () => {
    const scalar = manifest({
      name: 'scalar',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [] }],
      outputs: [{ name: 'x_out', datatype: 'FP32', shape: [] }],
    });
    const file = identityModel([{ name: 'x', datatype: 'FP32', shape: [] }]);
    const served = platform([registered, { manifest: scalar, files: { 'model.onnx': file } }]);
    await served.send(request(0));
    await served.send(request(7));
    await served.send({
      ...request(),
      params: { model: 'scalar' },
      body: '{"inputs":[{"name":"x","datatype":"FP32","shape":[],"data":[3]}]}',
    });
    expect(served.events.map((event) => event.data.units.items)).toEqual([0, 7, 1]);
  });

  test('of a model for pictures or texts counts images and tokens also when tensors are sent', async () => {
    const pictures = manifest({
      name: 'pictures',
      task: 'image-classification',
      inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
      outputs: [{ name: 'x_out', datatype: 'FP32', shape: [-1, 2] }],
    });
    const texts = manifest({
      name: 'texts',
      task: 'text-classification',
      inputs: [{ name: 'x', datatype: 'INT64', shape: [-1, 4] }],
      outputs: [{ name: 'x_out', datatype: 'INT64', shape: [-1, 4] }],
      preprocessing: {
        kind: 'text',
        vocabulary: 'words.txt',
        pattern: '\\w+',
        length: 4,
        paddingToken: '<pad>',
        unknownToken: '<unk>',
      },
    });
    const served = platform([
      {
        manifest: pictures,
        files: { 'model.onnx': identityModel([{ name: 'x', datatype: 'FP32', shape: ['n', 2] }]) },
      },
      {
        manifest: texts,
        files: {
          'model.onnx': identityModel([{ name: 'x', datatype: 'INT64', shape: ['n', 4] }]),
          'words.txt': Buffer.from('<unk>\n<pad>\nhello\n'),
        },
      },
    ]);
    const send = (model: string, input: object) =>
      served.send({ ...request(), params: { model }, body: JSON.stringify({ inputs: [input] }) });
    await send('pictures', { name: 'x', datatype: 'FP32', shape: [3, 2], data: [1, 2, 3, 4, 5, 6] });
    await send('texts', { name: 'x', datatype: 'INT64', shape: [2, 4], data: [2, 0, 1, 1, 2, 1, 1, 1] });
    expect(served.events.map(({ data }) => data.units)).toMatchObject([
      { items: 3, images: 3, tokens: 0 },
      { items: 2, images: 0, tokens: 3 },
    ]);
  });
});

describe('nothing is recorded', () => {
  test.each([
    ['for a body that is no JSON', { ...request(), body: '{' }, 400],
    ['for an input that does not fit', { ...request(), body: '{"inputs":[]}' }, 400],
    ['for an unknown model', { ...request(), params: { model: 'nothing' } }, 404],
    ['for a coding that is not served', { ...request(), headers: { 'content-encoding': 'br' } }, 415],
    ['when there is no time to run', { ...request(), remainingMs: () => 249 }, 504],
  ])('%s', async (_, sent, status) => {
    const served = platform([registered]);
    const response = await served.send(sent);
    expect(response.status).toBe(status);
    expect(error(response)).toBeTruthy();
    expect(response.headers).not.toHaveProperty('x-usage-event-id');
    expect(served.events).toEqual([]);
  });

  test('when the model took all the time: 504, and the journal is not even asked', async () => {
    const served = platform([registered]);
    let asked = 0;
    const remainingMs = (): number => {
      asked += 1;
      return asked === 1 ? 1000 : 200;
    };
    const response = await served.send({ ...request(), remainingMs });
    expect([response.status, error(response)]).toEqual([504, expect.stringContaining('not billed')]);
    expect(served.events).toEqual([]);
  });

  test('when the answer is too large to be carried: 413 with what to do', async () => {
    const served = platform([registered], { fits: () => false });
    const response = await served.send(request());
    expect([response.status, error(response)]).toEqual([413, expect.stringMatching(/not billed.*binary data/)]);
    expect(served.events).toEqual([]);
  });

  test('when the engine fails: an error that says nothing of its cause', async () => {
    const served = platform([registered], {
      engine: {
        load: () => Promise.resolve(),
        isReady: async () => true,
        hardwareOf: () => 'lambda-cpu',
        run: () => Promise.reject(new Error('/secret/path')),
      },
    });
    await expect(served.send(request())).rejects.toThrow('/secret/path');
    expect(served.events).toEqual([]);
  });
});

test('an answer that only fits compressed is compressed first, and recorded with its own length', async () => {
  const served = platform([registered], { fits: ({ body }) => body.length < 40_000 });
  const sent = { ...request(20_000), headers: { 'accept-encoding': 'gzip' } };
  const response = await served.send(sent);
  expect(response.status).toBe(200);
  expect(response.headers['content-encoding']).toBe('gzip');
  expect(served.events[0]?.data.units.bytesOut).toBeGreaterThan(40_000);
});

describe('while the input is read, the model is loaded:', () => {
  /** The real path over an engine whose load ends when it is told to; what happens is written down in its order. */
  function slowToLoad() {
    const happened: string[] = [];
    const ends = Promise.withResolvers<void>();
    const served = platform([registered], {
      engine: {
        isReady: async () => true,
        load: () => {
          happened.push('load');
          return ends.promise.finally(() => happened.push('loaded'));
        },
        hardwareOf: () => 'lambda-cpu',
        run: async (model) => {
          happened.push('run');
          return {
            outputs: [{ name: 'y', datatype: 'FP32', shape: [0, 1], data: new Float32Array() }],
            computeMs: 1,
            answeredBy: model,
            hardware: 'lambda-cpu',
          };
        },
      },
    });
    return { served, happened, ends };
  }
  const invalid: Sent = { ...request(), body: '{' };

  test('nothing runs before it is', async () => {
    const { served, happened, ends } = slowToLoad();
    const answer = served.send(request());
    await new Promise(setImmediate);
    ends.resolve();
    expect((await answer).status).toBe(200);
    expect(happened).toEqual(['load', 'loaded', 'run']);
  });

  test('a load that fails is the call’s error, and is not tried again', async () => {
    const { served, happened, ends } = slowToLoad();
    ends.reject(new Error('no such artifact'));
    await expect(served.send(request())).rejects.toThrow('no such artifact');
    expect(happened).toEqual(['load', 'loaded']);
    expect(served.events).toEqual([]);
  });

  test('a refusal leaves no load under way, since Lambda freezes the process with the answer', async () => {
    const { served, happened, ends } = slowToLoad();
    const answer = served.send(invalid).finally(() => happened.push('answer'));
    await new Promise(setImmediate);
    ends.resolve();
    expect((await answer).status).toBe(400);
    expect(happened).toEqual(['load', 'loaded', 'answer']);
  });

  test('an invalid input is refused as such also where the load fails', async () => {
    const { served, ends } = slowToLoad();
    ends.reject(new Error('no such artifact'));
    expect((await served.send(invalid)).status).toBe(400);
  });
});

describe('a journal that fails', () => {
  const fails = () => Promise.reject(new Error('throttled'));

  test('is asked again with the same event, and the answer goes out', async () => {
    const served = platform([registered]);
    const asked = journalThat(served, fails, fails, async () => 'stored');
    expect((await served.send(request())).status).toBe(200);
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
  });

  test('three times withholds the answer: 503 with Retry-After', async () => {
    const served = platform([registered]);
    const asked = journalThat(served, fails);
    const response = await served.send(request());
    expect([response.status, error(response)]).toEqual([503, expect.stringContaining('not billed')]);
    expect(response.headers['retry-after']).toBe('1');
    expect(response.headers).not.toHaveProperty('x-usage-event-id');
    expect(asked).toHaveLength(3);
  });

  test('by never answering is given up in time', async () => {
    const served = platform([registered]);
    const asked = journalThat(served, () => new Promise(() => {}));
    const until = Date.now() + 400;
    const response = await served.send({ ...request(), remainingMs: () => until - Date.now() });
    expect(response.status).toBe(503);
    expect(asked.length).toBeGreaterThanOrEqual(1);
  });
});
