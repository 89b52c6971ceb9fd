import { delimiter, join } from 'node:path';
import type { FunctionConfig } from './function-config.ts';
import type { Host } from './host.ts';
import type { SessionCredentials } from './sessions.ts';

/** What is different from instance to instance. */
interface Particulars {
  readonly runtimeApi: string;
  readonly logStream: string;
  readonly credentials: SessionCredentials;
  /** The instance's own `/tmp`. */
  readonly scratch: string;
}

/**
 * The whole environment of an instance. Nothing of the local cloud's own environment is in it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function instanceEnvironment(config: FunctionConfig, host: Host, instance: Particulars): Record<string, string> {
  const { credentials } = instance;
  // Of two layers with the same file the later one wins.
  const opt = config.layers.toReversed();
  const inLayers = (...path: string[]): string[] => opt.map((layer) => join(layer, ...path));
  return {
    PATH: ['/usr/local/bin', '/usr/bin', '/bin', ...inLayers('bin')].join(delimiter),
    LD_LIBRARY_PATH: inLayers('lib').join(delimiter),
    NODE_PATH: [...inLayers('nodejs', 'node24', 'node_modules'), ...inLayers('nodejs', 'node_modules')].join(delimiter),
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    // The functions of one machine share its /tmp and its user's home: these two keep well-behaved ones apart.
    TMPDIR: instance.scratch,
    HOME: instance.scratch,
    ...config.environment,
    _HANDLER: config.handler,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_DEFAULT_REGION: host.region,
    AWS_ENDPOINT_URL: host.endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memorySizeMb),
    AWS_LAMBDA_FUNCTION_NAME: config.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: config.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: instance.logStream,
    ...(config.logFormat === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: config.applicationLogLevel }),
    AWS_LAMBDA_RUNTIME_API: instance.runtimeApi,
    AWS_REGION: host.region,
    LAMBDA_RUNTIME_DIR: host.folder,
    LAMBDA_TASK_ROOT: config.taskRoot,
  };
}
