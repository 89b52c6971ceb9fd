import { chmod, mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Closers } from './cloud/closers.ts';
import { lockData } from './cloud/data-lock.ts';
import { Domain } from './cloud/domain.ts';
import { startServices } from './cloud/start-services.ts';
import { writeCloudFile } from './cloud/write-cloud-file.ts';
import { type Assembly, readAssembly } from './cloudformation/assembly.ts';
import { deploy, type StackOutputs } from './cloudformation/deploy.ts';
import type { Target } from './cloudformation/stack-scope.ts';
import { unaffectingTypes } from './cloudformation/unaffecting-types.ts';
import type { ImagePrograms } from './sagemaker/container/image-programs.ts';
import type { SageMaker } from './sagemaker/start-sagemaker.ts';

const defaults: Target = { account: '123456789012', region: 'us-east-1' };

/** One output of one stack. */
export interface OutputName {
  readonly stack: string;
  readonly output: string;
}

/** A port that serves one stage of a REST API at its root, as a custom domain name does on AWS. */
export interface DomainOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Holds the id of the API. */
  readonly apiOutput: OutputName;
  /** Holds the name of the stage. */
  readonly stageOutput: OutputName;
}

export interface CloudOptions {
  /** Folder of one cloud assembly, e.g. `cdk.out/assembly-dev`. */
  readonly assembly: string;
  /** Folder of all state. One cloud at a time runs on it. */
  readonly data: string;
  /** Takes a line for each unexpected error. */
  readonly log: (line: string) => void;
  /** Takes a line for each request to an API whose stage logs access, besides the stage's log group. */
  readonly onAccess?: (line: string) => void;
  readonly domains?: readonly DomainOptions[];
  /** @default - the assembly's, or us-east-1 where it leaves it open */
  readonly region?: string;
  /** Takes a line about each step of the start, and one when an endpoint of SageMaker has come into service or failed to. */
  readonly onProgress?: (line: string) => void;
  /**
   * How long the start waits until the endpoints of SageMaker are in service, all at once; what takes longer goes on. One that fails says
   * so in `onProgress` and in DescribeEndpoint, and ends nothing. @default 60,000
   */
  readonly endpointsMsMax?: number;
  /** Name of a container image's repository -> command that runs in the image's place. @default that of AWS's Triton */
  readonly imagePrograms?: ImagePrograms;
}

const endpointsMsMaxPreset = 60_000;

/** A running cloud. */
export interface Cloud {
  /** `AWS_ENDPOINT_URL` for SDKs. */
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  /** An access key that may do everything, the same at every start on one data folder. */
  readonly operator: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly outputs: StackOutputs;
  /** Base URL of each domain, in the order of the options. */
  readonly domains: readonly string[];
  /** Ends every process and closes every file. */
  stop(): Promise<void>;
}

/**
 * Brings a cloud assembly to life on this machine. While it runs, `<data>/cloud.json` (readable by its owner alone) tells other
 * programs where: endpoint, region, account, operator's access key, outputs, domains and process id.
 *
 * @throws Error whose message says what to change: a template with something that is not supported, a data folder or port in use
 */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { data, log, onAccess, domains = [], onProgress = () => undefined, imagePrograms } = options;
  const assembly = await readAssembly(options.assembly);
  const target = targetOf(assembly, options);
  const closers = new Closers();
  try {
    await mkdir(data, { recursive: true });
    // It holds keys and everybody's data.
    await chmod(data, 0o700);
    closers.add(await lockData(data));
    onProgress('starting the services of the local cloud');
    const { endpoint, operator, gateway, sagemaker, resourceTypes, begin } = await startServices(
      { assembly, target, data, log, onAccess, onProgress, imagePrograms },
      closers,
    );

    const open: Domain[] = [];
    for (const { port, host = '127.0.0.1' } of domains) {
      const domain = await Domain.open(port, host);
      closers.add(() => domain.stop());
      open.push(domain);
    }
    const types = new Map(resourceTypes.map((type) => [type.type, type]));
    const outputs = await deploy(assembly, target, { types, unaffecting: unaffectingTypes }, onProgress);
    for (const [index, { apiOutput, stageOutput }] of domains.entries()) {
      open[index]?.leadTo({ gateway, apiId: read(outputs, apiOutput), stage: read(outputs, stageOutput) });
    }
    begin();
    const cloud = { endpoint, ...target, operator, outputs, domains: open.map(({ url }) => url) };
    closers.add(await writeCloudFile(data, cloud));
    await settledWithin(sagemaker, options.endpointsMsMax ?? endpointsMsMaxPreset);
    return { ...cloud, stop: () => closers.close() };
  } catch (error) {
    // What went wrong first is what the caller needs to know.
    await closers.close().catch(() => undefined);
    throw error;
  }
}

async function settledWithin(sagemaker: SageMaker, msMax: number): Promise<void> {
  const done = new AbortController();
  const late = sleep(msMax, undefined, { signal: done.signal }).catch(() => undefined);
  await Promise.race([sagemaker.settled(), late]);
  done.abort();
}

function targetOf(assembly: Assembly, { assembly: folder, region: wanted }: CloudOptions): Target {
  const region = assembly.region ?? wanted ?? defaults.region;
  if (wanted !== undefined && region !== wanted) {
    throw new Error(`${folder} is synthesized for ${region}, so it cannot run in ${wanted}`);
  }
  return { account: assembly.account ?? defaults.account, region };
}

function read(outputs: StackOutputs, { stack, output }: OutputName): string {
  const value = outputs[stack]?.[output];
  if (value !== undefined) return value;
  const known = Object.entries(outputs).flatMap(([name, values]) => Object.keys(values).map((key) => `${name}.${key}`));
  throw new Error(`the assembly has no output ${stack}.${output} for a domain; it has ${known.join(', ')}`);
}
