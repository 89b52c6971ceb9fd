import type { APIGatewayAuthorizerResult } from 'aws-lambda';

/**
 * Allows or denies every method of the API stage that `methodArn` is in. Not only the method at hand: the gateway caches the policy
 * under the key and applies it to whatever the key's owner calls next.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function accessPolicy(
  effect: 'Allow' | 'Deny',
  methodArn: string,
): APIGatewayAuthorizerResult['policyDocument'] {
  const [api, stage] = methodArn.split('/');
  if (api === undefined || stage === undefined) throw new Error(`the method ARN ${methodArn} names no stage`);
  return {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: `${api}/${stage}/*` }],
  };
}
