import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InferAnswer, inferCall, send } from './infer-call.ts';
import { rowsModel, slowModel } from './models.ts';
import { repository, TritonProcess } from './triton-process.ts';

const started: TritonProcess[] = [];
const serve = async (config: string): Promise<string> => {
  const triton = await TritonProcess.start(repository({ rows: rowsModel(config) }));
  started.push(triton);
  return `${await triton.url()}/invocations`;
};

afterAll(() => Promise.all(started.map((triton) => triton.remove())));

interface Row {
  readonly x: readonly number[];
  readonly at: number;
}

/** A request of some rows of the same length. */
const ask = (url: string, rows: readonly Row[]): Promise<InferAnswer> =>
  send(
    url,
    inferCall([
      { name: 'x', datatype: 'FP32', shape: [rows.length, rows[0]?.x.length ?? 0], data: rows.map(({ x }) => x) },
      { name: 'at', datatype: 'INT64', shape: [rows.length, 1], data: rows.map(({ at }) => at) },
    ]),
  );
const row = (...x: number[]): Row => ({ x, at: 0 });
const batchOf = ({ outputs }: InferAnswer): number => Number((outputs['batch']?.data as number[] | undefined)?.[0]);

describe('dynamic batching', () => {
  let url: string;
  beforeAll(async () => {
    url = await serve('max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 200000 }');
  });

  it('runs requests that wait together as one, up to the largest batch, and gives each its rows', async () => {
    const answers = await Promise.all([
      ask(url, [row(1), row(2)]),
      ask(url, [row(3), row(4), row(5)]),
      ask(url, [row(6), row(7), row(8)]),
    ]);
    expect(answers.map(({ outputs }) => outputs['y']?.data)).toEqual([
      [2, 4],
      [6, 8, 10],
      [12, 14, 16],
    ]);
    expect(answers.map(batchOf)).toEqual([8, 8, 8]);
  });

  it('lets a lone request go when its delay is over', async () => {
    expect(batchOf(await ask(url, [row(1)]))).toBe(1);
  });

  it('keeps requests of another shape apart', async () => {
    const answers = await Promise.all([ask(url, [row(1), row(2)]), ask(url, [row(1, 2)]), ask(url, [row(3, 4)])]);
    expect(answers.map(batchOf)).toEqual([2, 2, 2]);
    expect(answers.map(({ outputs }) => outputs['y']?.data)).toEqual([
      [2, 4],
      [2, 4],
      [6, 8],
    ]);
  });

  it('never divides a request to fill a batch', async () => {
    const answers = await Promise.all([
      ask(
        url,
        Array.from({ length: 5 }, () => row(1)),
      ),
      ask(
        url,
        Array.from({ length: 4 }, () => row(2)),
      ),
    ]);
    expect(answers.map(batchOf)).toEqual([5, 4]);
  });

  it('fails only the request that the model fails on, and none that it is batched with', async () => {
    const answers = await Promise.all([
      ask(url, [row(1), row(2)]),
      ask(url, [row(3), { x: [4], at: 9 }]),
      ask(url, [row(5), row(6), row(7), row(8)]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
    expect(answers.map(({ outputs }) => outputs['y']?.data)).toEqual([[2, 4], undefined, [10, 12, 14, 16]]);
    expect(answers[1]?.rest['error']).toMatch(/^\[request id: <id_unknown>\] onnx runtime error: .*Out of range value/);
  });
});

describe('without dynamic batching', () => {
  it('each request runs alone', async () => {
    const url = await serve('max_batch_size: 8');
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => ask(url, [row(index)])));
    expect(answers.map(batchOf)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

describe('any interleaving of requests', () => {
  const requests = fc.array(
    fc.record({
      columns: fc.constantFrom(1, 1, 1, 2),
      values: fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 3 })), {
        minLength: 1,
        maxLength: 3,
      }),
      waitMs: fc.constantFrom(0, 0, 0, 1, 2),
    }),
    { minLength: 1, maxLength: 24 },
  );

  it.each([
    ['one instance, no delay', 'max_batch_size: 8 dynamic_batching { }'],
    [
      'two instances, a delay and preferred sizes',
      'max_batch_size: 8 instance_group { count: 2 } dynamic_batching { max_queue_delay_microseconds: 700 preferred_batch_size: [ 2, 4 ] }',
    ],
  ])('gives each exactly the answer that it gets alone, failures included (%s)', async (_, config) => {
    const url = await serve(config);
    await fc.assert(
      fc.asyncProperty(requests, async (list) => {
        const answers = await Promise.all(
          list.map(async ({ columns, values, waitMs }) => {
            if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
            // A place of 3 is not there, which fails the run; a place of 1 is there with two columns only.
            return ask(
              url,
              values.map(([value, at]) => ({ x: Array.from({ length: columns }, (_, index) => value + index), at })),
            );
          }),
        );
        answers.forEach(({ status, outputs }, index) => {
          const { columns, values } = list[index] as (typeof list)[number];
          const fails = values.some(([, at]) => at >= columns);
          expect(status).toBe(fails ? 400 : 200);
          if (fails) return;
          expect(outputs['y']?.data).toEqual(
            values.flatMap(([value]) => Array.from({ length: columns }, (_, column) => (value + column) * 2 || 0)),
          );
          expect(outputs['picked']?.data).toEqual(values.map(([value, at]) => value + at));
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('a full queue', () => {
  it('is told with 503', async () => {
    const policy = 'dynamic_batching { default_queue_policy { max_queue_size: 1 } }';
    const triton = await TritonProcess.start(repository({ slow: slowModel(policy) }));
    started.push(triton);
    const url = `${await triton.url()}/invocations`;
    const call = inferCall([{ name: 'rounds', datatype: 'INT64', shape: [1, 1], data: [1_000_000] }]);
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(url, call)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 503, 503]);
    const refused = answers.find(({ status }) => status === 503);
    expect(refused?.rest['error']).toBe('[request id: <id_unknown>] Exceeds maximum queue size');
  });
});
