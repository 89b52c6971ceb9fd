import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AwsError } from '../endpoint/aws-call.ts';
import { servicePrincipal } from '../iam/service-principal.ts';
import type { LogSink } from '../logs/log-sink.ts';
import { Reaper } from '../process/reaper.ts';
import type { QueueAccess } from '../sqs/messages-of.ts';
import { authorizeInvoke } from './authorize-invoke.ts';
import { bundleRuntime } from './bundle-runtime.ts';
import { Concurrency } from './concurrency.ts';
import { EventQueue } from './event-queue.ts';
import { functionResource } from './function-resource.ts';
import { Functions } from './functions.ts';
import type { Host } from './host.ts';
import { invoke } from './invoke.ts';
import type { Lambda } from './lambda.ts';
import { lambdaError } from './lambda-error.ts';
import { layerVersionResource } from './layer-version-resource.ts';
import { Layers } from './layers.ts';
import { limits } from './limits.ts';
import { eventSourceMappingResource } from './mapping/event-source-mapping-resource.ts';
import { Mappings } from './mapping/mappings.ts';
import { permissionResource } from './permission-resource.ts';
import { RuntimeServer } from './runtime-server.ts';
import type { Sessions } from './sessions.ts';

export interface LambdaOptions {
  readonly region: string;
  readonly account: string;
  /** What functions have as `AWS_ENDPOINT_URL`; asked when an instance starts. */
  readonly endpoint: () => string;
  /** The data folder; `lambda` in it is used, and holds nothing that must survive. */
  readonly data: string;
  readonly log: LogSink;
  readonly sessions: Sessions;
  /** A queue as the role of a function sees it. Throws `AwsError` when there is no such queue or role. */
  readonly queueOf: (roleArn: string, sessionName: string, queueArn: string) => QueueAccess;
  /** Takes a line about each unexpected error outside of functions. */
  readonly report: (line: string) => void;
  /** The folder of a zip asset. Throws an `Error` for an unknown one. */
  readonly asset: (bucket: string, key: string) => string;
  /** How many invocations the functions without a reservation may have in flight, together. @default 20 */
  readonly unreservedConcurrency?: number;
  /** How long an instance without work is kept. @default five minutes */
  readonly idleMs?: number;
  /** The pauses before a failed asynchronous invocation is tried again. @default one and two minutes, as on AWS */
  readonly eventRetryDelaysMs?: readonly number[];
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

const limitsCheckMs = 200;

/** Starts the local Lambda: its functions run once the templates have declared them. */
export async function startLambda(options: LambdaOptions): Promise<Lambda> {
  const { region, account, asset, queueOf, report } = options;
  const folder = join(options.data, 'lambda');
  // What instances of a killed run left behind.
  await rm(folder, { recursive: true, force: true });
  const [runtimeFile, server] = await Promise.all([bundleRuntime(folder), RuntimeServer.start()]);
  const reaper = new Reaper();
  const host: Host = {
    region,
    get endpoint() {
      return options.endpoint();
    },
    runtimeFile,
    folder,
    log: options.log,
    server,
    reaper,
    sessions: options.sessions,
    idleMs: options.idleMs ?? 5 * 60 * 1000,
    now: options.now ?? Date.now,
  };
  const functions = new Functions(region, account);
  const layers = new Layers();
  const unreserved = new Concurrency(options.unreservedConcurrency ?? 20, 'ConcurrentInvocationLimitExceeded');
  const mappings = new Mappings();
  const queue = new EventQueue(options.eventRetryDelaysMs);
  const limitsCheck = setInterval(() => {
    for (const { pools } of functions.all()) pools.checkLimits();
  }, limitsCheckMs).unref();

  return {
    service: {
      signingName: 'lambda',
      handle: (call) => invoke(call, functions, queue),
      renderError: lambdaError,
    },
    resourceTypes: [
      functionResource({ host, functions, layers, asset, unreserved }),
      layerVersionResource(layers, asset),
      permissionResource(functions),
      eventSourceMappingResource({ functions, mappings, queueOf, report }),
    ],
    invoke: async (functionArn, payload, tenantId) => {
      if (payload.length > limits.payloadBytesMax) {
        throw new AwsError(
          'RequestTooLargeException',
          413,
          `the payload is larger than ${limits.payloadBytesMax} bytes`,
        );
      }
      return functions.find(functionArn).pools.of(tenantId).invoke(payload, functionArn);
    },
    enqueue: (principal, functionArn, payload) => {
      authorizeInvoke(functions, principal, functionArn);
      if (payload.length > limits.asyncPayloadBytesMax) {
        throw new AwsError(
          'RequestTooLargeException',
          413,
          `the payload is larger than ${limits.asyncPayloadBytesMax} bytes`,
        );
      }
      queue.add(functions.find(functionArn).pools.of(undefined), payload, functionArn);
    },
    permits: ({ functionArn, principal, sourceArn, sourceAccount }) => {
      const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
      return functions.allows(servicePrincipal(principal, account), functionArn, context).allowed;
    },
    beginPolling: () => mappings.begin(),
    endPolling: () => mappings.stop(),
    stop: async () => {
      clearInterval(limitsCheck);
      queue.stop();
      await Promise.all(functions.all().map(({ pools }) => pools.stop()));
      await server.stop();
      reaper.stop();
    },
  };
}
