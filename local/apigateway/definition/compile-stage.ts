import { mediaTypeMatcher } from '../request/media-type.ts';
import { PathRouter } from '../routing/path-router.ts';
import { Throttle } from '../usage/throttle.ts';
import type { DeclaredMethod } from './declared-method.ts';
import { type MethodSetting, methodLimits } from './method-settings.ts';
import type { RestApi } from './rest-api.ts';
import type { Route } from './route.ts';
import type { Stage } from './stage.ts';

interface StageSettings
  extends Pick<Stage, 'name' | 'account' | 'region' | 'deploymentId' | 'variables' | 'accessLog'> {
  readonly methodSettings: readonly MethodSetting[];
}

/**
 * Binds a deployment to a stage.
 * @throws when a method names a resource, authorizer or validator that the deployment does not have
 */
export function compileStage(api: RestApi, { methodSettings, ...settings }: StageSettings): Stage {
  const byPath = new Map<string, Map<string, Route>>();
  for (const method of api.methods.values()) {
    const route = compileRoute(api, method, methodSettings);
    const routes = byPath.get(route.resourcePath) ?? new Map<string, Route>();
    byPath.set(route.resourcePath, routes.set(route.httpMethod, route));
  }
  const router = new PathRouter<ReadonlyMap<string, Route>>();
  for (const [path, routes] of byPath) router.add(path, routes);
  return {
    ...settings,
    apiId: api.id,
    keySource: api.keySource,
    isBinary: mediaTypeMatcher(api.binaryMediaTypes),
    executeApiEndpoint: api.executeApiEndpoint,
    router,
    gatewayResponses: api.gatewayResponses,
  };
}

function compileRoute(api: RestApi, method: DeclaredMethod, settings: readonly MethodSetting[]): Route {
  const resourcePath = found(api.paths, method.resourceId, 'resource');
  const { rate, burst } = methodLimits(settings, resourcePath, method.httpMethod);
  const validates = method.validatorId !== undefined && found(api.validators, method.validatorId, 'request validator');
  return {
    resourceId: method.resourceId,
    resourcePath,
    httpMethod: method.httpMethod,
    operationName: method.operationName,
    authorization:
      method.authorization === 'CUSTOM'
        ? found(api.authorizers, method.authorizerId ?? '', 'authorizer')
        : method.authorization,
    apiKeyRequired: method.apiKeyRequired,
    requiredParameters: validates ? method.requiredParameters : [],
    functionArn: method.functionArn,
    tenantId: method.tenantId,
    timeoutMs: method.timeoutMs,
    throttle: rate === undefined && burst === undefined ? undefined : new Throttle(rate, burst),
  };
}

function found<Value>(values: ReadonlyMap<string, Value>, id: string, what: string): Value {
  const value = values.get(id);
  if (value === undefined)
    throw new Error(`a deployed method names the ${what} ${id}, which its deployment does not have`);
  return value;
}
