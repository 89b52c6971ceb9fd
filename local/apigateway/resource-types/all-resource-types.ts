import type { ResourceType } from '../../cloudformation/resource-type.ts';
import { accountType } from './account.ts';
import { apiKeyType } from './api-key.ts';
import { authorizerType } from './authorizer.ts';
import { deploymentType } from './deployment.ts';
import { gatewayResponseType } from './gateway-response.ts';
import { methodType } from './method.ts';
import { modelType } from './model.ts';
import { pathResourceType } from './path-resource.ts';
import { requestValidatorType } from './request-validator.ts';
import type { ResourceTypeState } from './resource-type-state.ts';
import { restApiType } from './rest-api.ts';
import { stageType } from './stage.ts';
import { usagePlanType } from './usage-plan.ts';
import { usagePlanKeyType } from './usage-plan-key.ts';

/** Every CloudFormation resource type of API Gateway that can be created locally. */
export const allResourceTypes = (state: ResourceTypeState): readonly ResourceType[] => [
  accountType(),
  apiKeyType(state),
  authorizerType(state),
  deploymentType(state),
  gatewayResponseType(state),
  methodType(state),
  modelType(),
  pathResourceType(state),
  requestValidatorType(state),
  restApiType(state),
  stageType(state),
  usagePlanKeyType(state),
  usagePlanType(state),
];
