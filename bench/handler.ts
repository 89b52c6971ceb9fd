import type { APIGatewayProxyEvent } from 'aws-lambda';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { lambdaContext } from '../test/functions/proxy-event.ts';
import { benchedHandler, binaryEvent, jsonEvent, meanFile } from './benched-handler.ts';
import { median } from './median.ts';

/** One line of the result. */
export interface HandlerTiming {
  readonly case: string;
  readonly bareMs: number;
  readonly handlerMs: number;
  readonly overheadMs: number;
}

/**
 * What the `predict` handler adds to a bare `session.run` of the same tensor: from the Lambda event (body in base64) to the result object,
 * catalogue and journal in memory. The two are run in turn, so that the machine's drift meets both.
 */
async function benchHandler(rounds: number): Promise<HandlerTiming[]> {
  const handler = benchedHandler({ append: () => Promise.resolve('stored') });
  const session = await InferenceSession.create(meanFile, { intraOpNumThreads: 1 });
  const small = Float32Array.from({ length: 16 }, (_, at) => at / 16);
  const large = Float32Array.from({ length: 3 * 224 * 224 }, (_, at) => at / 150_528);
  return [
    await compare('JSON, 16 values', jsonEvent(small), small, rounds),
    await compare(`binary, ${large.byteLength} bytes`, binaryEvent(large), large, rounds),
  ];

  async function compare(
    name: string,
    event: APIGatewayProxyEvent,
    data: Float32Array,
    times: number,
  ): Promise<HandlerTiming> {
    const bare: number[] = [];
    const handled: number[] = [];
    const tensor = new Tensor('float32', data, [1, data.length]);
    for (let round = -50; round < times; round++) {
      const started = performance.now();
      await session.run({ x: tensor });
      const between = performance.now();
      const result = await handler(event, lambdaContext({}));
      const ended = performance.now();
      if (result.statusCode !== 200) throw new Error(`${name} answered ${result.statusCode}: ${result.body}`);
      if (round < 0) continue;
      bare.push(between - started);
      handled.push(ended - between);
    }
    const [bareMs, handlerMs] = [median(bare), median(handled)];
    return { case: name, bareMs, handlerMs, overheadMs: handlerMs - bareMs };
  }
}

// In a process of its own, since its log lines go to stdout as a Lambda's do, into a pipe that nobody shows.
const results = await benchHandler(Number(process.argv[2] ?? 2000));
process.send?.(results);
process.disconnect?.();
