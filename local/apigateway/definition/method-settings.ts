/** `MethodSettings` of a stage: throttling for `/*` + `*`, a path + `*`, or a path and a method. */
export interface MethodSetting {
  readonly ResourcePath: string;
  readonly HttpMethod: string;
  readonly ThrottlingRateLimit?: number | undefined;
  readonly ThrottlingBurstLimit?: number | undefined;
}

interface Limits {
  readonly rate: number | undefined;
  readonly burst: number | undefined;
}

/**
 * The limits for one method: the most specific setting that names them, rate and burst each on its own.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function methodLimits(settings: readonly MethodSetting[], path: string, httpMethod: string): Limits {
  const found = [
    [path, httpMethod],
    [path, '*'],
    ['*', '*'],
  ].flatMap(([wantedPath, wantedMethod]) =>
    settings.filter(
      ({ ResourcePath, HttpMethod }) => pathOf(ResourcePath) === wantedPath && HttpMethod === wantedMethod,
    ),
  );
  return {
    rate: found.find(({ ThrottlingRateLimit }) => ThrottlingRateLimit !== undefined)?.ThrottlingRateLimit,
    burst: found.find(({ ThrottlingBurstLimit }) => ThrottlingBurstLimit !== undefined)?.ThrottlingBurstLimit,
  };
}

/** `/~1v2~1models` is the path `/v2/models`, its slashes escaped as in a JSON pointer behind one leading slash. */
function pathOf(resourcePath: string): string {
  const inner = resourcePath.startsWith('/') ? resourcePath.slice(1) : resourcePath;
  return inner === '' ? '/' : inner.replaceAll('~1', '/').replaceAll('~0', '~');
}
