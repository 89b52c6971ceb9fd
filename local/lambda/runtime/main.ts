// The program that a function instance runs: Node.js, this, and the function's code. The local cloud bundles it into one CommonJS
// file when it starts, since stripping types at each cold start would cost 50 ms.
import { writeSync } from 'node:fs';
import { confineModules } from './confine-modules.ts';
import { errorPayload } from './error-payload.ts';
import { type Handler, HandlerError, loadHandler } from './load-handler.ts';
import { patchConsole } from './patch-console.ts';
import { RuntimeApi } from './runtime-api.ts';

const { env } = process;
/** Opened by the local cloud, which reads it when this process has ended. */
const takenDescriptor = 3;
// When the local cloud is gone, nothing is left to do.
const api = new RuntimeApi(env['AWS_LAMBDA_RUNTIME_API'] ?? '', () => process.exit(0));
let current: string | undefined;

patchConsole(env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON', env['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO', () => current);
confineModules(env['LAMBDA_TASK_ROOT'] ?? '', env['NODE_PATH'] ?? '');
process.on('uncaughtException', (error) => void end(error, undefined, 129));
process.on('unhandledRejection', (reason) => void end(reason, 'Runtime.UnhandledPromiseRejection', 128));
void run();

async function run(): Promise<void> {
  let handler: Handler;
  try {
    handler = loadHandler(env['LAMBDA_TASK_ROOT'] ?? '', env['_HANDLER'] ?? '');
  } catch (error) {
    await end(error, error instanceof HandlerError ? error.errorType : undefined, 1);
    return;
  }
  for (;;) await serve(handler);
}

async function serve(handler: Handler): Promise<void> {
  const { headers, body } = await api.next();
  const requestId = headers.get('lambda-runtime-aws-request-id') ?? '';
  // From here on nobody else may have this event, whatever becomes of this process.
  writeSync(takenDescriptor, requestId, 0, 'latin1');
  current = requestId;
  env['_X_AMZN_TRACE_ID'] = headers.get('lambda-runtime-trace-id');
  const deadline = Number(headers.get('lambda-runtime-deadline-ms'));
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    awsRequestId: requestId,
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    tenantId: headers.get('lambda-runtime-aws-tenant-id'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  // The answers to what is sent here need no waiting for: they come before the next event.
  try {
    const result = JSON.stringify(await handler(JSON.parse(body.toString('utf8')), context)) ?? 'null';
    void api.respond(requestId, result);
  } catch (error) {
    console.error('Invoke Error', error);
    void api.fail(requestId, errorPayload(error));
  }
}

/** Reports what cannot be recovered from, as the init's or the invocation's error, and ends the process. */
async function end(error: unknown, errorType: string | undefined, exitCode: number): Promise<void> {
  console.error(current === undefined ? 'Init Error' : 'Uncaught Exception', error);
  const payload = errorPayload(error, errorType);
  await (current === undefined ? api.failInit(payload) : api.fail(current, payload));
  process.exit(exitCode);
}
