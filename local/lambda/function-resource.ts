import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { checkSizes } from './check-sizes.ts';
import { Concurrency } from './concurrency.ts';
import { FunctionPools } from './function-pools.ts';
import type { Functions } from './functions.ts';
import type { Host } from './host.ts';
import type { Layers } from './layers.ts';
import { limits } from './limits.ts';

const logLevel = z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']);

const properties = z.strictObject({
  FunctionName: z
    .string()
    .regex(/^[A-Za-z0-9-_]{1,64}$/)
    .optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string(),
  // Functions run on the Node.js that runs the local cloud.
  Runtime: z.literal(`nodejs${process.versions.node.split('.')[0]}.x`),
  Role: z.string(),
  MemorySize: z.coerce.number().int().min(128).max(10_240).default(128),
  EphemeralStorage: z.strictObject({ Size: z.coerce.number().int().min(512).max(10_240) }).default({ Size: 512 }),
  Timeout: z.coerce.number().int().min(1).max(900).default(3),
  ReservedConcurrentExecutions: z.coerce.number().int().min(0).optional(),
  Environment: z.strictObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).optional(),
  Layers: z.array(z.string()).max(limits.layersMax).default([]),
  LoggingConfig: z
    .strictObject({
      LogGroup: z.string().optional(),
      LogFormat: z.enum(['Text', 'JSON']).default('Text'),
      ApplicationLogLevel: logLevel.default('INFO'),
      SystemLogLevel: z.enum(['DEBUG', 'INFO', 'WARN']).default('INFO'),
    })
    .optional(),
  PackageType: z.literal('Zip').optional(),
  TenancyConfig: z.strictObject({ TenantIsolationMode: z.literal('PER_TENANT') }).optional(),
});

/** What a function resource needs of its surroundings. */
export interface FunctionSurroundings {
  readonly host: Host;
  readonly functions: Functions;
  readonly layers: Layers;
  /** The folder of a zip asset. Throws an `Error` for an unknown one. */
  readonly asset: (bucket: string, key: string) => string;
  /** What functions without a reservation share. */
  readonly unreserved: Concurrency;
}

/** `AWS::Lambda::Function`: `Ref` is its name. */
export const functionResource = (surroundings: FunctionSurroundings): ResourceType<typeof properties> => ({
  type: 'AWS::Lambda::Function',
  properties,
  noLocalEffect: {
    Description: 'for people',
    Tags: 'for people and for bills',
    Architectures: 'functions run on the processor of this machine',
    TracingConfig: 'there is no X-Ray here',
    RuntimeManagementConfig: 'functions run on the Node.js that runs the local cloud',
    KmsKeyArn: 'the environment is not stored anywhere but in the template',
    RecursiveLoop: 'loops of functions and queues are not looked for here',
  },
  create: async ({ properties: declared, physicalId }) => {
    const { host, functions, layers, asset, unreserved } = surroundings;
    const name = declared.FunctionName ?? physicalId;
    const arn = functions.arnOf(name);
    const reserved = declared.ReservedConcurrentExecutions;
    const config = {
      name,
      arn,
      handler: declared.Handler,
      taskRoot: asset(declared.Code.S3Bucket, declared.Code.S3Key),
      layers: declared.Layers.map((layer) => layers.folder(layer)),
      environment: declared.Environment?.Variables ?? {},
      memorySizeMb: declared.MemorySize,
      ephemeralStorageMb: declared.EphemeralStorage.Size,
      timeoutSeconds: declared.Timeout,
      roleArn: declared.Role,
      logGroup: declared.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
      logFormat: declared.LoggingConfig?.LogFormat ?? 'Text',
      applicationLogLevel: declared.LoggingConfig?.ApplicationLogLevel ?? 'INFO',
      systemLogLevel: declared.LoggingConfig?.SystemLogLevel ?? 'INFO',
      perTenant: declared.TenancyConfig !== undefined,
    } as const;
    checkSizes(config);
    // Lambda refuses a function whose role it cannot assume.
    host.sessions.close(host.sessions.open(config.roleArn, name).accessKeyId);
    const concurrency =
      reserved === undefined
        ? unreserved
        : new Concurrency(reserved, 'ReservedFunctionConcurrentInvocationLimitExceeded');
    functions.add(new FunctionPools(config, host, concurrency));
    return { ref: name, attributes: { Arn: arn } };
  },
});
