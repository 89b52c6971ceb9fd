import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { AwsError } from '../../endpoint/aws-call.ts';
import type { Principal } from '../../iam/principal.ts';
import { ArchiveError } from '../archive/archive-error.ts';
import { Container, StartupError, UnhealthyError } from '../container/container.ts';
import { ContainerProcess } from '../container/container-process.ts';
import { type ContainerRequest, ContainerTimeout } from '../container/container-request.ts';
import { AnswerTooLarge, readAnswer } from '../container/read-answer.ts';
import type { Model } from '../definition/model.ts';
import { s3Url } from '../definition/s3-url.ts';
import { type ModelErrorSource, modelError } from '../runtime/model-error.ts';
import { runtimeErrors } from '../runtime/runtime-error.ts';
import type { Host } from './host.ts';
import type { Invocation } from './invocation.ts';
import { TargetModels } from './target-models.ts';

interface ServerOptions {
  readonly model: Model;
  readonly endpoint: string;
  /** What it serves, for people: `production variant AllTraffic`. */
  readonly what: string;
  readonly startupSecondsMax: number;
  readonly logGroup: string;
}

/** A model could not be brought into service. The text says why, as the `FailureReason` of an endpoint does. */
export class DeploymentError extends Error {}

const timedOut =
  'Your invocation timed out while waiting for a response from container primary. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.';

/** A model in service: its files, and the container that serves them. */
export class ModelServer {
  readonly #host: Host;
  readonly #options: ServerOptions;
  readonly #source: ModelErrorSource;
  readonly #container: Container;
  readonly #targets: TargetModels | undefined;
  #modelFolder: string | undefined;

  constructor(options: ServerOptions, host: Host) {
    const { model, endpoint, what, startupSecondsMax, logGroup } = options;
    const { region, account, timings } = host;
    this.#host = host;
    this.#options = options;
    this.#source = { region, account, logGroup, container: model.isMultiModel ? 'model' : 'primary' };
    this.#container = new Container({
      spawn: () => this.#spawn(),
      timings,
      startupMsMax: startupSecondsMax * 1000,
      log: (line) => host.log(`endpoint ${endpoint}, ${what}: ${line}`),
    });
    this.#targets = model.isMultiModel ? new TargetModels(model, this.#container, this.#source, host) : undefined;
  }

  /** What it may do in the name of its model's execution role. */
  get role(): Principal {
    return this.#options.model.role;
  }

  get isHealthy(): boolean {
    return this.#container.isHealthy;
  }

  /** Resolves when the model is in service. @throws DeploymentError */
  async start(): Promise<void> {
    const { model, what } = this.#options;
    if (model.data !== undefined && !model.isMultiModel) this.#modelFolder = await this.#download();
    try {
      await this.#container.start();
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      throw new DeploymentError(
        `The primary container for ${what} did not pass the ping health check. Please check CloudWatch logs for this endpoint: ${error.message}`,
        { cause: error },
      );
    }
  }

  /**
   * Sends a request to the container; resolves with the head of its answer, a 2xx.
   * @param timeoutMs until the answer is there whole
   * @throws AwsError as the runtime API answers it
   */
  async invoke(
    { body, lengthBytes, headers, targetModel }: Invocation<readonly Uint8Array[] | AsyncIterable<Uint8Array>>,
    timeoutMs: number,
  ): Promise<IncomingMessage> {
    const sent = { ...headers, 'content-length': String(lengthBytes) };
    const request = { method: 'POST', headers: sent, body, timeoutMs } as const;
    if (this.#targets === undefined) return this.#send({ ...request, path: '/invocations' });
    if (targetModel === undefined) {
      throw runtimeErrors.validation(
        `The request is missing a target model header, which the multi-model endpoint ${this.#options.endpoint} needs.`,
      );
    }
    try {
      return await this.#targets.use(targetModel, (name) => this.#send({ ...request, path: `/models/${name}/invoke` }));
    } catch (error) {
      throw this.broken(error);
    }
  }

  /** What a client learns of an error of the connection to the container, be it while an answer is read. */
  broken(error: unknown): Error {
    if (error instanceof AwsError) return error;
    if (error instanceof UnhealthyError)
      return runtimeErrors.unavailable('The endpoint has no healthy instance at the moment. Try again later.');
    if (error instanceof ContainerTimeout) return modelError(this.#source, 0, timedOut);
    const isContainers = error instanceof AnswerTooLarge || typeof (error as NodeJS.ErrnoException).code === 'string';
    return isContainers ? modelError(this.#source, 500, undefined) : (error as Error);
  }

  async stop(): Promise<void> {
    await this.#container.stop();
  }

  async #send(request: ContainerRequest): Promise<IncomingMessage> {
    let answer: IncomingMessage;
    let complaint: Buffer;
    try {
      answer = await this.#container.send(request);
      const { statusCode = 500 } = answer;
      if (statusCode >= 200 && statusCode < 300) return answer;
      complaint = await readAnswer(answer);
    } catch (error) {
      throw this.broken(error);
    }
    throw modelError(this.#source, answer.statusCode ?? 500, complaint.toString('utf8'));
  }

  async #download(): Promise<string> {
    const { model } = this.#options;
    if (model.data === undefined) throw new Error(`${model.name} has no data`);
    const url = s3Url(model.data);
    try {
      return await this.#host.files.unpacked(this.#host.objectsOf(model.role), model.data);
    } catch (error) {
      if (error instanceof AwsError) {
        throw new DeploymentError(
          `Failed to download model data for container "container_1" from URL: "${url}". Please ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to download the object. (${error.code}: ${error.message})`,
          { cause: error },
        );
      }
      if (error instanceof ArchiveError) {
        throw new DeploymentError(
          `Failed to extract model data archive for container "container_1" from URL "${url}". Please ensure that the object located at the URL is a valid tar.gz archive: ${error.message}`,
          { cause: error },
        );
      }
      throw error;
    }
  }

  #spawn(): ContainerProcess {
    const { model, logGroup } = this.#options;
    const { scratch, reaper, logs, files } = this.#host;
    return new ContainerProcess({
      program: model.program,
      environment: {
        ...model.environment,
        // In a real container the path is fixed: /opt/ml/model, and /opt/ml/models with several models.
        ...(model.isMultiModel && { SAGEMAKER_MULTI_MODEL: 'true', MODEL_DIRECTORY: files.folder }),
        ...(this.#modelFolder !== undefined && { MODEL_DIRECTORY: this.#modelFolder }),
      },
      scratch: join(scratch, randomUUID()),
      reaper,
      onLine: (line) => logs.write(logGroup, line),
    });
  }
}
