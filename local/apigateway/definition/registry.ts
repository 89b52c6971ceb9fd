import { identifier } from './identifier.ts';
import type { RestApi } from './rest-api.ts';
import type { Stage } from './stage.ts';

/** Everything that templates have declared, by id. Filled at start, only read afterwards. */
export class Registry {
  readonly apis = new Map<string, RestApi>();
  /** Deployment id -> the API as it was then. */
  readonly deployments = new Map<string, RestApi>();
  readonly #stages = new Map<string, Stage>();

  /** @throws when no such API was declared before */
  api(id: string): RestApi {
    const api = this.apis.get(id);
    if (api === undefined) throw new Error(`there is no REST API ${id}`);
    return api;
  }

  /** Takes a copy of the API: what is declared after its deployment is not served by it, on AWS neither. */
  deploy(api: RestApi, physicalId: string): string {
    const id = identifier(physicalId, 6);
    this.deployments.set(id, {
      ...api,
      paths: new Map(api.paths),
      methods: new Map(api.methods),
      authorizers: new Map(api.authorizers),
      validators: new Map(api.validators),
      gatewayResponses: new Map(api.gatewayResponses),
    });
    return id;
  }

  addStage(stage: Stage): void {
    this.#stages.set(`${stage.apiId}/${stage.name}`, stage);
  }

  stage(apiId: string, name: string): Stage | undefined {
    return this.#stages.get(`${apiId}/${name}`);
  }
}
