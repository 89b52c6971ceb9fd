import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointCommand,
  type InvokeEndpointCommandInput,
  SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';
import { onTestFinished } from 'vitest';
import { type Endpoint, startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import type { PolicyStatement } from '../../../local/iam/principal.ts';
import { Roles } from '../../../local/iam/roles.ts';
import { Keys } from '../../../local/kms/keys.ts';
import { FileLogSink } from '../../../local/logs/file-log-sink.ts';
import { openS3 } from '../../../local/s3/open-s3.ts';
import { type SageMaker, type SageMakerOptions, startSageMaker } from '../../../local/sagemaker/start-sagemaker.ts';
import { archive } from './tar.ts';

export const region = 'eu-central-1';
export const account = '123456789012';
export const image = `785573368785.dkr.ecr.${region}.amazonaws.com/sagemaker-tritonserver:25.04-py3`;
const fakeContainer = fileURLToPath(new URL('./fake-container.ts', import.meta.url));
export const programs = { 'sagemaker-tritonserver': [process.execPath, fakeContainer, 'serve'] };
const mayEverything: PolicyStatement = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

/** A SageMaker with its S3 behind an endpoint, stopped when the test has ended, and clients of the real SDK. */
export class Deployed {
  readonly data: string;
  /** Lines about endpoints that have come into service or failed. */
  readonly progress: string[];
  /** Lines about what went wrong. */
  readonly failures: string[];
  /** For a client of the operator's. */
  readonly settings: {
    readonly region: string;
    readonly endpoint: string;
    readonly maxAttempts: 1;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly runtime: SageMakerRuntimeClient;
  readonly s3: S3Client;
  readonly #sagemaker: SageMaker;
  readonly #credentials: CredentialStore;
  readonly #roles: Roles;
  readonly #create: (type: string, properties: Record<string, unknown>, logicalId: string) => Promise<string>;

  private constructor(parts: {
    data: string;
    progress: string[];
    failures: string[];
    sagemaker: SageMaker;
    endpoint: Endpoint;
    credentials: CredentialStore;
    roles: Roles;
    create: (type: string, properties: Record<string, unknown>, logicalId: string) => Promise<string>;
  }) {
    this.data = parts.data;
    this.progress = parts.progress;
    this.failures = parts.failures;
    this.#sagemaker = parts.sagemaker;
    this.#credentials = parts.credentials;
    this.#roles = parts.roles;
    this.#create = parts.create;
    const { accessKeyId, secretAccessKey } = parts.credentials.operator;
    const credentials = { accessKeyId, secretAccessKey };
    this.settings = { region, endpoint: parts.endpoint.url, maxAttempts: 1, credentials };
    this.runtime = new SageMakerRuntimeClient(this.settings);
    this.s3 = new S3Client(this.settings);
  }

  /** @param finished when to stop it @default when the test has ended */
  static async start(
    options: Partial<SageMakerOptions> = {},
    finished: (stop: () => Promise<void>) => void = onTestFinished,
  ): Promise<Deployed> {
    const data = options.data ?? mkdtempSync(join(tmpdir(), 'sagemaker-'));
    const credentials = await CredentialStore.open(data, account);
    const roles = new Roles(account);
    const failures: string[] = [];
    const progress: string[] = [];
    const log = (line: string): void => void failures.push(line);
    const logs = new FileLogSink(join(data, 'logs'));
    const s3 = openS3({ dataDir: data, region, account, credentials, keys: new Keys(region, account), log });
    const sagemaker = await startSageMaker({
      region,
      account,
      data,
      logs,
      log,
      onProgress: (line) => void progress.push(line),
      assumeRole: (arn) => roles.assume(arn, 'sagemaker.amazonaws.com', 'SageMaker'),
      objectsOf: (role) => s3.objectsOf(role),
      programs,
      ...options,
      timings: { restartMsMin: 10, stopMs: 500, captureMs: 10, ...options.timings },
    });
    const endpoint = await startEndpoint({
      region,
      credentials,
      services: [sagemaker.service],
      s3: (request, response) => s3.handle(request, response),
      executeApi: async () => undefined,
      log,
    });
    const types = [...sagemaker.resourceTypes, ...s3.resourceTypes];
    const create = async (
      typeName: string,
      properties: Record<string, unknown>,
      logicalId: string,
    ): Promise<string> => {
      const type = types.find((candidate) => candidate.type === typeName);
      if (type === undefined) throw new Error(`no type ${typeName}`);
      const parsed = type.properties.parse(properties);
      const { ref } = await type.create({
        stack: 's',
        logicalId,
        physicalId: `s-${logicalId}`,
        properties: parsed,
        region,
        account,
      });
      return ref;
    };
    finished(async () => {
      deployed.runtime.destroy();
      deployed.s3.destroy();
      await endpoint.stop();
      await sagemaker.stop();
      s3.stop();
      logs.close();
      if (options.data === undefined) rmSync(data, { recursive: true, force: true });
    });
    const deployed = new Deployed({ data, progress, failures, sagemaker, endpoint, credentials, roles, create });
    deployed.role('execution', [mayEverything]);
    await create('AWS::S3::Bucket', { BucketName: 'models' }, 'models');
    return deployed;
  }

  /** Creates or replaces a role that SageMaker may assume. Returns its ARN. */
  role(name: string, statements: readonly PolicyStatement[], service = 'sagemaker.amazonaws.com'): string {
    return this.#roles.put({
      name,
      path: '/',
      trustPolicy: { Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } } },
      inlinePolicies: new Map([['own', { Version: '2012-10-17', Statement: statements }]]),
      managedPolicyArns: [],
    });
  }

  create(type: string, properties: Record<string, unknown>, logicalId = type): Promise<string> {
    return this.#create(type, properties, logicalId);
  }

  async model(name: string, container: Record<string, unknown> = {}, role = 'execution'): Promise<void> {
    await this.create('AWS::SageMaker::Model', {
      ModelName: name,
      ExecutionRoleArn: `arn:aws:iam::${account}:role/${role}`,
      PrimaryContainer: { Image: image, ...container },
    });
  }

  /** Deploys one variant `main` of a model. Comes back at once. */
  async endpoint(name: string, modelName: string, config: Record<string, unknown> = {}): Promise<void> {
    await this.create('AWS::SageMaker::EndpointConfig', {
      EndpointConfigName: `${name}-config`,
      ProductionVariants: [{ VariantName: 'main', ModelName: modelName }],
      ...config,
    });
    await this.create('AWS::SageMaker::Endpoint', { EndpointName: name, EndpointConfigName: `${name}-config` });
  }

  settled(): Promise<void> {
    return this.#sagemaker.settled();
  }

  /** Puts a model into the bucket, deploys it as an endpoint of this name, and waits for it. */
  async serve(
    name: string,
    files: Readonly<Record<string, string | Buffer>> = { name },
    container: Record<string, unknown> = {},
    config: Record<string, unknown> = {},
  ): Promise<void> {
    await this.put(`${name}.tar.gz`, archive(files));
    await this.model(name, { ModelDataUrl: `s3://models/${name}.tar.gz`, ...container });
    await this.endpoint(name, name, config);
    await this.settled();
  }

  /** A client with a session of a role. */
  runtimeOf(role: string): SageMakerRuntimeClient {
    const principal = this.#roles.assume(`arn:aws:iam::${account}:role/${role}`, 'lambda.amazonaws.com', 'test');
    return new SageMakerRuntimeClient({ ...this.settings, credentials: this.#credentials.issue(principal) });
  }

  /** The answer's body as text, with what else the answer says. */
  async invoke(name: string, input: Partial<InvokeEndpointCommandInput> = {}) {
    const answer = await this.runtime.send(new InvokeEndpointCommand({ EndpointName: name, Body: 'x', ...input }));
    return { ...answer, text: answer.Body?.transformToString() ?? '' };
  }

  /** What the container knows of itself. */
  async container(name: string, input: Partial<InvokeEndpointCommandInput> = {}): Promise<ContainerView> {
    return JSON.parse((await this.invoke(name, { ...input, ContentType: 'test/describe' })).text) as ContainerView;
  }

  describe(name: string) {
    return new SageMakerClient(this.settings).send(new DescribeEndpointCommand({ EndpointName: name }));
  }

  async put(key: string, body: Buffer | string): Promise<void> {
    await this.s3.send(new PutObjectCommand({ Bucket: 'models', Key: key, Body: body }));
  }

  async read(key: string): Promise<string> {
    const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: 'models', Key: key }));
    return (await Body?.transformToString()) ?? '';
  }

  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: 'models', Prefix: prefix }));
    return Contents.map(({ Key = '' }) => Key);
  }

  log(name: string): string {
    return readFileSync(join(this.data, 'logs', `aws-sagemaker-Endpoints-${name}.log`), 'utf8');
  }
}

interface ContainerView {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** What its model's file `name` says. */
  readonly model: string;
  /** With several models: those that are loaded. */
  readonly loaded: readonly string[];
}
