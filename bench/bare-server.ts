import { createServer } from 'node:http';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/**
 * The least that a server of one model can be: JSON in, `session.run`, JSON out, on bare `node:http`. What the platform is compared with.
 * usage: bare-server.ts MODEL.onnx INPUT; prints its port.
 */
const [file = '', input = ''] = process.argv.slice(2);
const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });

interface Request {
  readonly inputs: readonly [{ readonly shape: number[]; readonly data: number[] }];
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { inputs } = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    const tensor = new Tensor('float32', Float32Array.from(inputs[0].data), inputs[0].shape);
    void session.run({ [input]: tensor }).then((outputs) => {
      const rendered = Object.entries(outputs).map(([name, output]) => ({
        name,
        shape: output.dims,
        data: Array.from(output.data as Float32Array),
      }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ outputs: rendered }));
    });
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
process.on('disconnect', () => process.exit(0));
