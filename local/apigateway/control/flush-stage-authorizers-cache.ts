import { controlError } from './control-error.ts';
import type { Operation } from './operation.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_FlushStageAuthorizersCache.html */
export const flushStageAuthorizersCache: Operation = {
  name: 'FlushStageAuthorizersCache',
  method: 'DELETE',
  path: '/restapis/{restApiId}/stages/{stageName}/cache/authorizers',
  run({ path }, { registry, authorizers }) {
    const { restApiId = '', stageName = '' } = path;
    if (registry.stage(restApiId, stageName) === undefined)
      throw controlError.notFound('Invalid stage identifier specified');
    authorizers.flush(restApiId, stageName);
    return { status: 202 };
  },
};
