import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { findRoute } from '../../core/api/find-route.ts';
import type { Authenticator } from '../../core/tenancy/authenticator.ts';
import { callerContext } from '../caller-context.ts';
import { accessPolicy } from './access-policy.ts';
import { presentedKey } from './presented-key.ts';

/**
 * The REQUEST authorizer of the tenant API. An accepted key gives the tenant, its plan, the key's id and what the key is good for as context, and the
 * tenant's hidden gateway key for the usage plan. All refusals look the same, whatever is wrong. When the tables cannot be asked it
 * throws, which the gateway answers with 500 and does not cache: nobody passes, and nobody is told that a good key is bad.
 */
export const authorize =
  (authenticator: Authenticator, logger: Logger) =>
  async (event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
    const { requestId } = event.requestContext;
    const found = findRoute('tenant', event.httpMethod, event.resource);
    if (found === undefined) throw new Error(`no route for ${event.httpMethod} ${event.resource}`);
    // The empty key is malformed like any other.
    const result = await authenticator.authenticate(presentedKey(event, found.route) ?? '');
    if (!result.allowed) {
      logger.info('denied', { requestId, keyId: result.keyId, reason: result.reason });
      return { principalId: 'nobody', policyDocument: accessPolicy('Deny', event.methodArn), context: {} };
    }
    const { caller, gatewayKeyValue } = result;
    const { tenant, keyId } = caller;
    logger.info('allowed', { requestId, tenant, keyId });
    return {
      principalId: tenant,
      policyDocument: accessPolicy('Allow', event.methodArn),
      context: callerContext(caller),
      usageIdentifierKey: gatewayKeyValue,
    };
  };
