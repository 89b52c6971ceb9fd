/** The engine's own process. It speaks with its parent over IPC, and ends with it. */
import { describeFailure } from '../../endpoint/describe-failure.ts';
import { isDynaliteError, type Store } from './dynalite.ts';
import { Engine } from './engine.ts';
import type { EngineMessage, EngineRequest, EngineSettings } from './messages.ts';
import { openStore } from './open-store.ts';

const send = (message: EngineMessage): void => {
  if (process.connected) {
    process.send?.(message);
  }
};

/** dynalite may throw outside of any request. What its locks and caches hold then is anyone's guess, so the process starts over. */
const die = (error: unknown): void => {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(1);
};
process.on('uncaughtException', die);
process.on('unhandledRejection', die);
// The channel closes with the parent, however that ends, kill -9 included. What was acknowledged is in the database already.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when to stop.
process.on('SIGINT', () => undefined);

const answer = async (engine: Engine, { id, operation, input }: EngineRequest): Promise<void> => {
  try {
    const output = await engine.run(operation, JSON.parse(input));
    send({ type: 'answer', id, status: 200, body: JSON.stringify(output) });
  } catch (error) {
    if (isDynaliteError(error)) {
      send({ type: 'answer', id, status: error.statusCode, body: JSON.stringify(error.body) });
      return;
    }
    process.stderr.write(`${operation}: ${describeFailure(error)}\n`);
    const body = { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: 'Internal server error' };
    send({ type: 'answer', id, status: 500, body: JSON.stringify(body) });
  }
};

const stop = async (store: Store): Promise<void> => {
  await store.db.close();
  process.exit(0);
};

const start = async ({ folder, region, account, sweepMs }: EngineSettings): Promise<void> => {
  const store = await openStore(folder, region, account);
  const engine = new Engine(store);
  process.on('message', (request: EngineRequest) => {
    void (request.operation === 'stop' ? stop(store) : answer(engine, request));
  });
  const sweepAgain = (): void => {
    const failed = (error: unknown): void => void process.stderr.write(`sweep: ${describeFailure(error)}\n`);
    setTimeout(() => void engine.sweep(Date.now()).catch(failed).then(sweepAgain), sweepMs);
  };
  sweepAgain();
  send({ type: 'ready' });
};

start(JSON.parse(process.argv[2] ?? '{}')).catch((error: unknown) => {
  process.send?.(
    { type: 'failed', message: error instanceof Error ? error.message : 'cannot start' } satisfies EngineMessage,
    () => process.exit(1),
  );
});
