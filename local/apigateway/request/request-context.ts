import type { Exchange } from '../exchange.ts';
import { requestTime } from '../variables/context-variable.ts';

/**
 * `requestContext` of the events for functions and authorizers, payload format 1.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function requestContext(exchange: Exchange): Readonly<Record<string, unknown>> {
  const { stage, route, identity } = exchange;
  return {
    accountId: stage.account,
    apiId: stage.apiId,
    ...(exchange.authorizer && { authorizer: exchange.authorizer }),
    deploymentId: stage.deploymentId,
    domainName: exchange.domainName,
    domainPrefix: exchange.domainName.split('.', 1)[0],
    extendedRequestId: exchange.extendedRequestId,
    httpMethod: exchange.method,
    identity: {
      ...identity,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
    },
    ...(route?.operationName !== undefined && { operationName: route.operationName }),
    path: exchange.contextPath,
    protocol: exchange.protocol,
    requestId: exchange.requestId,
    requestTime: requestTime(exchange.startedMs),
    requestTimeEpoch: exchange.startedMs,
    resourceId: route?.resourceId,
    resourcePath: route?.resourcePath,
    stage: stage.name,
  };
}
