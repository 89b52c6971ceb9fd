import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * The least that a cold start can be: a process that loads ONNX Runtime and one model, runs it once, and prints the milliseconds since
 * the process was started. What the platform's cold start is compared with.
 * usage: bare-cold-start.ts MODEL.onnx INPUT DIMENSION...
 */
const [file = '', input = '', ...dimensions] = process.argv.slice(2);
const shape = dimensions.map(Number);
const session = await InferenceSession.create(readFileSync(file), { intraOpNumThreads: 1 });
const size = shape.reduce((product, dimension) => product * dimension, 1);
await session.run({ [input]: new Tensor('float32', new Float32Array(size), shape) });
console.log(performance.now());
