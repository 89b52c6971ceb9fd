import type { GatewayTarget } from './gateway-target.ts';

/** The API, stage and path in `/_aws/execute-api/<api>/<stage>/<path>`; an API that does not exist for anything else. */
export function executeApiTarget(url: string): GatewayTarget {
  const match = /^\/_aws\/execute-api\/([^/?]+)\/([^/?]+)([^?]*)/.exec(url);
  const [, apiId = '', stage = '', path = ''] = match ?? [];
  return { apiId, stage, path };
}
