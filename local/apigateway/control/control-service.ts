import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../../endpoint/aws-call.ts';
import { authorize } from '../../iam/authorize.ts';
import { PathRouter } from '../routing/path-router.ts';
import { createApiKey } from './create-api-key.ts';
import { createUsagePlanKey } from './create-usage-plan-key.ts';
import { deleteApiKey } from './delete-api-key.ts';
import { deleteUsagePlanKey } from './delete-usage-plan-key.ts';
import { flushStageAuthorizersCache } from './flush-stage-authorizers-cache.ts';
import { getApiKey } from './get-api-key.ts';
import { getApiKeys } from './get-api-keys.ts';
import { getUsage } from './get-usage.ts';
import { getUsagePlan } from './get-usage-plan.ts';
import { getUsagePlanKey } from './get-usage-plan-key.ts';
import { getUsagePlanKeys } from './get-usage-plan-keys.ts';
import { getUsagePlans } from './get-usage-plans.ts';
import type { ControlState, Operation } from './operation.ts';
import { operationName } from './operation-names.ts';
import { updateApiKey } from './update-api-key.ts';
import { updateUsage } from './update-usage.ts';

const operations: readonly Operation[] = [
  createApiKey,
  createUsagePlanKey,
  deleteApiKey,
  deleteUsagePlanKey,
  flushStageAuthorizersCache,
  getApiKey,
  getApiKeys,
  getUsage,
  updateUsage,
  getUsagePlan,
  getUsagePlanKey,
  getUsagePlanKeys,
  getUsagePlans,
  updateApiKey,
];

const byName = new Map(operations.map((operation) => [operation.name, operation]));
const router = new PathRouter<true>();
for (const path of new Set(operations.map((operation) => operation.path))) router.add(path, true);

/**
 * API Gateway's control plane, as far as running applications call it; what a template declares is created from the template.
 * Each call needs `apigateway:<HTTP method>` on `arn:aws:apigateway:<region>::<path>`.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
 */
export function controlService(state: ControlState): AwsService {
  return {
    signingName: 'apigateway',
    async handle({ method, path, query, body, principal }: AwsCall): Promise<AwsAnswer> {
      const name = operationName(method, path, query);
      const operation = byName.get(name ?? '');
      const match = router.find(path);
      if (operation === undefined || match === undefined) {
        throw new AwsError(
          'NotImplemented',
          501,
          `${name ?? `${method} ${path}`} is not emulated by the local API Gateway`,
        );
      }
      const decoded = decode(path);
      const require = (action: string, resource: string): void =>
        authorize({ principal, action, resource }, { code: 'AccessDeniedException', status: 403 });
      require(`apigateway:${method}`, `arn:aws:apigateway:${state.region}::${decoded}`);
      const parameters = Object.fromEntries(
        Object.entries(match.parameters).map(([key, value]) => [key, decode(value)]),
      );
      const answer = operation.run({ path: parameters, query, body, require }, state);
      return {
        status: answer.status,
        headers: { 'content-type': 'application/json' },
        ...(answer.body !== undefined && { body: JSON.stringify(answer.body) }),
      };
    },
    renderError: ({ code, status, message }, requestId): AwsAnswer => ({
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': code, 'x-amzn-requestid': requestId },
      body: JSON.stringify({ message }),
    }),
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('BadRequestException', 400, 'The path has a malformed escape');
  }
}
