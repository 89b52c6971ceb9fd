import type { VariantDefinition } from '../definition/endpoint-config.ts';
import type { Host } from './host.ts';
import { ModelServer } from './model-server.ts';

/** One variant of an endpoint. One process stands for all of its instances. */
export class Variant {
  readonly definition: VariantDefinition;
  /** Absent where inference components bring the models. */
  readonly server: ModelServer | undefined;

  constructor(definition: VariantDefinition, endpoint: string, host: Host, kind: 'production' | 'shadow') {
    const { model, name, startupSecondsMax } = definition;
    this.definition = definition;
    const what = `${kind} variant ${name}`;
    const logGroup = `/aws/sagemaker/Endpoints/${endpoint}`;
    this.server = model && new ModelServer({ model, endpoint, what, startupSecondsMax, logGroup }, host);
  }
}
