/** `main.ts serve`: the process that SageMaker starts in a container, as README.md beside describes it. */
import { describeFailure } from '../endpoint/describe-failure.ts';
import { tritonLog } from './log.ts';
import { readSettings } from './settings.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** SageMaker kills what has not ended 30 s after SIGTERM. */
const stopMsMax = 25_000;
/** An error that nobody expected: the threads get this long to come out of native code, where nothing may interrupt them. */
const dieMsMax = 5_000;
const parentCheckMs = 500;

if (process.argv[2] !== 'serve' || process.argv.length > 3) {
  process.stderr.write('usage: main.ts serve\n');
  process.exit(2);
}
// ONNX Runtime's Linux builds report models and machines to its maker unless this stands in the environment of the C library, which only
// the main thread reaches. https://github.com/microsoft/onnxruntime/pull/27379
process.env['ORT_DISABLE_TELEMETRY'] = '1';

const log = tritonLog((to, line) => void process[to].write(`${line}\n`));
let running: RunningServer | undefined;
let ending = false;

/** At once. `process.exit` would interrupt threads in native code, which ends in an abort and a core dump. */
const vanish = (): void => void process.kill(process.pid, 'SIGKILL');

async function end(code: number, msMax: number): Promise<void> {
  if (ending) return;
  ending = true;
  // Threads that are loading cannot be stopped, and nobody waits for them.
  if (running === undefined) vanish();
  setTimeout(vanish, msMax).unref();
  await running?.stop();
  process.exit(code);
}

function die(error: unknown): void {
  if (!ending) log.error(`unexpected ${describeFailure(error)}`);
  void end(1, dieMsMax).catch(vanish);
}

process.on('uncaughtException', die);
process.on('unhandledRejection', die);
process.on('SIGTERM', () => void end(0, stopMsMax).catch(vanish));
// Ctrl-C reaches the whole process group; whoever started this decides when it stops.
process.on('SIGINT', () => undefined);
// A container has no life after the one who runs it, however that one ended.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) vanish();
}, parentCheckMs).unref();
process.stdout.on('error', () => undefined);

try {
  running = await startServer(readSettings(process.env), log, die);
  process.stdout.write(`${JSON.stringify({ port: running.port })}\n`);
} catch (error) {
  log.error(error instanceof Error ? error.message : 'cannot start');
  process.exit(1);
}
