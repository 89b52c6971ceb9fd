import type { Model } from '../definition/model.ts';
import { runtimeErrors } from '../runtime/runtime-error.ts';
import type { Host } from './host.ts';
import { ModelServer } from './model-server.ts';
import type { Variant } from './variant.ts';

interface ComponentDefinition {
  readonly name: string;
  readonly model: Model;
  readonly copyCount: number;
  readonly startupSecondsMax: number;
}

/** A model that is deployed onto the instances of an endpoint, in so many copies. One process stands for all of them. */
export class InferenceComponent {
  readonly name: string;
  readonly variant: Variant;
  /** Resolves when it has come into service, or has failed to. */
  readonly settled: Promise<void>;
  readonly #server: ModelServer | undefined;
  #failureReason: string | undefined;

  /** Starts it in the background, once its endpoint is there. */
  constructor(
    definition: ComponentDefinition,
    endpoint: { name: string; settled: Promise<void> },
    variant: Variant,
    host: Host,
  ) {
    const { name, model, copyCount, startupSecondsMax } = definition;
    this.name = name;
    this.variant = variant;
    const what = `inference component ${name}`;
    const logGroup = `/aws/sagemaker/InferenceComponents/${name}`;
    this.#server =
      copyCount === 0
        ? undefined
        : new ModelServer({ model, endpoint: endpoint.name, what, startupSecondsMax, logGroup }, host);
    this.settled = endpoint.settled.then(async () => {
      try {
        await this.#server?.start();
        host.onProgress(`${what} of endpoint ${endpoint.name} is in service`);
      } catch (error) {
        this.#failureReason = (error as Error).message;
        host.onProgress(`${what} of endpoint ${endpoint.name} failed: ${this.#failureReason}`);
      }
    });
  }

  /** Who answers for it. @throws AwsError `ValidationError` when it has no copies */
  serving(): ModelServer {
    if (this.#server === undefined || this.#failureReason !== undefined) {
      throw runtimeErrors.validation(
        'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity by invoking UpdateInferenceComponentRuntimeConfig API.',
      );
    }
    return this.#server;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.settled;
  }
}
