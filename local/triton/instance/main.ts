/**
 * The thread of one instance. `run` of ONNX Runtime's Node binding blocks its thread until the model is done, so each instance has one.
 * It must never be terminated from outside: in native code that aborts the whole process.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { FromInstance, InputTensor, InstanceResult, InstanceSettings, ToInstance } from './messages.ts';
import { openSession } from './open-session.ts';
import type { OutputSpec } from './render-output.ts';
import { runRequests } from './run-requests.ts';

const port = parentPort;
if (port === null) throw new Error('this is not a program but a thread of one');
const settings = workerData as InstanceSettings;

const send = (message: FromInstance, transfer: readonly ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/**
 * Gives an input's memory back now: left to the garbage collector, images of 600 kB take a quarter more CPU time and memory for all that
 * is collected.
 */
function free({ buffer }: InputTensor): void {
  // Several inputs may lie in one.
  if (!buffer.detached) buffer.transfer(0);
}

/** The buffers of binary outputs, each once. */
const buffersOf = (results: readonly InstanceResult[]): ArrayBuffer[] => [
  ...new Set(
    results
      .flatMap((result) => ('outputs' in result ? result.outputs : []))
      .flatMap(({ data }) => (typeof data === 'string' ? [] : [data.buffer])),
  ),
];

try {
  const { session, provider } = await openSession(settings);
  const { config, labels } = settings;
  const specs = new Map<string, OutputSpec>(
    config.outputs.map((output) => [
      output.name,
      { config: output, batched: config.rowsMax > 0, labels: labels.get(output.name) ?? [] },
    ]),
  );
  const handle = async (message: ToInstance): Promise<void> => {
    if (message.type === 'close') {
      port.close();
      await session.release();
      return;
    }
    const results = await runRequests(session, specs, message.requests);
    for (const { inputs } of message.requests) inputs.forEach(free);
    send({ type: 'done', results }, buffersOf(results));
  };
  // What fails here is unexpected: it ends the thread, and with it the process.
  port.on('message', (message: ToInstance) => void handle(message));
  send({
    type: 'ready',
    provider,
    signature: { inputs: session.inputMetadata, outputs: session.outputMetadata },
  });
} catch (error) {
  send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  port.close();
}
