import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { AwsService } from '../endpoint/aws-call.ts';
import type { Principal } from '../iam/principal.ts';
import type { LogSink } from '../logs/log-sink.ts';
import { Reaper } from '../process/reaper.ts';
import type { S3Objects } from '../s3/objects-of.ts';
import { type ArchiveLimits, archiveLimits } from './archive/archive-limits.ts';
import { type ImagePrograms, imagePrograms } from './container/image-programs.ts';
import { type Timings, timings } from './container/timings.ts';
import { Named } from './definition/named.ts';
import type { Host } from './hosting/host.ts';
import { ModelFiles } from './hosting/model-files.ts';
import type { AssumeRole } from './resource/assume-role.ts';
import { endpointConfigResource } from './resource/endpoint-config-resource.ts';
import { endpointResource } from './resource/endpoint-resource.ts';
import { inferenceComponentResource } from './resource/inference-component-resource.ts';
import { modelResource } from './resource/model-resource.ts';
import type { SageMakerState } from './sagemaker-state.ts';
import { sagemakerService } from './service.ts';

export interface SageMakerOptions {
  readonly region: string;
  readonly account: string;
  /** The data folder; `sagemaker` in it holds unpacked models, and nothing that could not be made anew. */
  readonly data: string;
  readonly logs: LogSink;
  /** Takes a line about what goes wrong. */
  readonly log: (line: string) => void;
  /** Takes a line when an endpoint has come into service, or has failed to. */
  readonly onProgress: (line: string) => void;
  readonly assumeRole: AssumeRole;
  readonly objectsOf: (role: Principal) => S3Objects;
  /** @default the local Triton in place of AWS's */
  readonly programs?: ImagePrograms;
  readonly limits?: ArchiveLimits;
  readonly timings?: Partial<Timings>;
  /** Between 0 and 1, without 1: chooses variants and samples. @default Math.random */
  readonly random?: () => number;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The emulated SageMaker of one account and region. */
export interface SageMaker {
  /** Signing name `sagemaker`: the runtime's API, and what is there of the other. */
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
  /** Resolves when each endpoint and inference component that there is has come into service, or has failed to. */
  settled(): Promise<void>;
  /** Ends every container. */
  stop(): Promise<void>;
}

/** Starts the local SageMaker: its endpoints start once the templates have declared them. */
export async function startSageMaker(options: SageMakerOptions): Promise<SageMaker> {
  const { region, account, data, assumeRole, programs = imagePrograms, limits = archiveLimits } = options;
  const folder = join(data, 'sagemaker');
  const scratch = join(folder, 'containers');
  // What containers of a killed run left behind.
  await rm(scratch, { recursive: true, force: true });
  const files = await ModelFiles.open(join(folder, 'models'), limits);
  const now = options.now ?? Date.now;
  const allTimings = { ...timings, ...options.timings };
  const reaper = new Reaper();
  const host: Host = {
    region,
    account,
    scratch,
    files,
    objectsOf: options.objectsOf,
    logs: options.logs,
    reaper,
    timings: allTimings,
    log: options.log,
    onProgress: options.onProgress,
    random: options.random ?? Math.random,
    now,
  };
  const state: SageMakerState = {
    region,
    account,
    models: new Named('model'),
    configs: new Named('endpoint configuration'),
    endpoints: new Named('endpoint'),
    timings: allTimings,
    now,
  };
  return {
    service: sagemakerService(state),
    resourceTypes: [
      modelResource({ models: state.models, programs, assumeRole }),
      endpointConfigResource({ ...state, assumeRole }),
      endpointResource(state, host),
      inferenceComponentResource(state, host),
    ],
    settled: async () => {
      const endpoints = state.endpoints.all();
      const components = endpoints.flatMap((endpoint) => [...endpoint.components.values()]);
      await Promise.all([...endpoints, ...components].map(({ settled }) => settled));
    },
    stop: async () => {
      await Promise.all(state.endpoints.all().map((endpoint) => endpoint.stop()));
      reaper.stop();
    },
  };
}
