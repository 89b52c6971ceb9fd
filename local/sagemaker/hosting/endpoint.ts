import type { IncomingMessage } from 'node:http';
import { AsyncQueue } from '../asynchronous/async-queue.ts';
import { DataCapture } from '../capture/data-capture.ts';
import { readAnswer } from '../container/read-answer.ts';
import type { EndpointConfig } from '../definition/endpoint-config.ts';
import { runtimeErrors } from '../runtime/runtime-error.ts';
import type { Host } from './host.ts';
import type { InferenceComponent } from './inference-component.ts';
import type { Invocation } from './invocation.ts';
import type { ModelServer } from './model-server.ts';
import { Variant } from './variant.ts';

/** Where a request goes. */
export interface Destination {
  readonly variant: Variant;
  readonly server: ModelServer;
}

/** Copies of requests that may be under way to a shadow, so that one that is slow takes no memory without bound. */
const shadowRequestsMax = 100;
const failureLengthMax = 1024;

/** An endpoint: its variants, and how far they are. */
export class Endpoint {
  readonly name: string;
  readonly arn: string;
  readonly config: EndpointConfig;
  readonly createdAtMs: number;
  readonly variants: readonly Variant[];
  readonly shadows: readonly Variant[];
  readonly components = new Map<string, InferenceComponent>();
  readonly queue: AsyncQueue | undefined;
  readonly capture: DataCapture | undefined;
  /** Resolves when it has come into service, or has failed to. */
  readonly settled: Promise<void>;
  readonly #host: Host;
  #status: 'Creating' | 'Failed' | 'InService' = 'Creating';
  #failureReason: string | undefined;
  #modifiedAtMs: number;
  #shadowRequests = 0;
  #stopped = false;

  /** Starts it in the background. */
  constructor(name: string, config: EndpointConfig, host: Host) {
    this.name = name;
    this.arn = `arn:aws:sagemaker:${host.region}:${host.account}:endpoint/${name.toLowerCase()}`;
    this.config = config;
    this.#host = host;
    this.createdAtMs = host.now();
    this.#modifiedAtMs = this.createdAtMs;
    this.variants = config.variants.map((variant) => new Variant(variant, name, host, 'production'));
    this.shadows = config.shadows.map((variant) => new Variant(variant, name, host, 'shadow'));
    this.capture = config.capture && new DataCapture(config.capture, name, host);
    this.queue = config.asynchronous && new AsyncQueue(config.asynchronous, this, host);
    this.settled = this.#start();
  }

  get status(): 'Creating' | 'Failed' | 'InService' {
    return this.#status;
  }

  /** Whether requests have to say which model they mean. */
  get isMultiModel(): boolean {
    return this.config.variants.some(({ model }) => model?.isMultiModel === true);
  }

  get failureReason(): string | undefined {
    return this.#failureReason;
  }

  get modifiedAtMs(): number {
    return this.#modifiedAtMs;
  }

  /**
   * Finds who is to answer a request.
   * @param variantName as the request names it, else one is chosen by weight
   * @throws AwsError `ValidationError`, `ServiceUnavailable` while it is not in service
   */
  destination(variantName: string | undefined, componentName: string | undefined): Destination {
    if (this.#status !== 'InService') {
      const state = this.#status === 'Failed' ? 'failed to come into service' : 'is not in service yet';
      throw runtimeErrors.unavailable(`Endpoint ${this.name} ${state}.`);
    }
    if (componentName !== undefined) return this.#component(componentName, variantName);
    const variant = variantName === undefined ? this.#byWeight() : this.#byName(variantName);
    if (variant.server !== undefined) return { variant, server: variant.server };
    throw runtimeErrors.validation(
      'Inference Component Name header is required for endpoints to which you plan to deploy inference components. Please include Inference Component Name header or consider using SageMaker models.',
    );
  }

  /** Sends copies of a request to the shadows, as many as their weights say. Nobody waits for what they answer. */
  shadow(invocation: Invocation, metadata: Readonly<Record<string, string>>): void {
    const [production] = this.variants;
    for (const variant of this.shadows) {
      const share = variant.definition.weight / (production?.definition.weight ?? 1);
      if (this.#shadowRequests >= shadowRequestsMax || this.#host.random() >= share || !variant.server) continue;
      this.#shadowRequests++;
      void this.#invokeShadow({ variant, server: variant.server }, invocation, metadata).finally(() => {
        this.#shadowRequests--;
      });
    }
  }

  /** Captures a request and its answer, if this one is to be captured. */
  keep(
    { variant, server }: Destination,
    invocation: Invocation,
    { headers }: IncomingMessage,
    answer: Buffer,
    metadata: Readonly<Record<string, string>>,
  ): void {
    this.capture?.keep({
      variant: variant.definition.name,
      role: server.role,
      input: { contentType: invocation.headers['content-type'], chunks: invocation.body },
      output: { contentType: headers['content-type'], chunks: [answer] },
      metadata,
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.queue?.stop();
    await Promise.all([...this.#servers(), ...this.components.values()].map((each) => each.stop()));
    await this.settled;
    await this.capture?.stop();
  }

  async #start(): Promise<void> {
    try {
      await Promise.all(this.#servers().map((server) => server.start()));
      this.#settle('InService');
    } catch (error) {
      this.#settle('Failed', (error as Error).message.slice(0, failureLengthMax));
      await Promise.all(this.#servers().map((server) => server.stop()));
    }
  }

  #servers(): ModelServer[] {
    return [...this.variants, ...this.shadows].flatMap(({ server }) => server ?? []);
  }

  #settle(status: 'Failed' | 'InService', failureReason?: string): void {
    this.#status = status;
    this.#failureReason = failureReason;
    this.#modifiedAtMs = this.#host.now();
    if (this.#stopped) return;
    const how = failureReason === undefined ? 'is in service' : `failed: ${failureReason}`;
    this.#host.onProgress(`endpoint ${this.name} ${how}`);
  }

  #byName(name: string): Variant {
    const variant = this.variants.find(({ definition }) => definition.name === name);
    if (variant !== undefined) return variant;
    throw runtimeErrors.validation(`Variant ${name} of endpoint ${this.name} not found.`);
  }

  #byWeight(): Variant {
    const total = this.variants.reduce((sum, { definition }) => sum + definition.weight, 0);
    let left = this.#host.random() * total;
    const chosen = this.variants.find(({ definition }) => {
      left -= definition.weight;
      return left < 0;
    });
    if (chosen !== undefined) return chosen;
    throw runtimeErrors.validation(`No variant of endpoint ${this.name} has a weight.`);
  }

  #component(name: string, variantName: string | undefined): Destination {
    const component = this.components.get(name);
    if (component === undefined || (variantName !== undefined && component.variant.definition.name !== variantName)) {
      throw runtimeErrors.validation(`Inference Component ${name} of endpoint ${this.name} not found.`);
    }
    return { variant: component.variant, server: component.serving() };
  }

  async #invokeShadow(
    { variant, server }: Destination,
    invocation: Invocation,
    metadata: Readonly<Record<string, string>>,
  ): Promise<void> {
    try {
      const answer = await server.invoke(invocation, this.#host.timings.invokeMs);
      this.keep({ variant, server }, invocation, answer, await readAnswer(answer), metadata);
    } catch {
      // What becomes of a copy is nobody's concern; the container's log has it.
    }
  }
}
