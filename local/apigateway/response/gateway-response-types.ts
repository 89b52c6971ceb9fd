/** What API Gateway answers by itself, unless a `GatewayResponse` says otherwise. */
interface BuiltInResponse {
  readonly status: number;
  /** `$context.error.message`; null is what AWS sends for failing authorizers. */
  readonly message: string | null;
  /** The `x-amzn-ErrorType` header. */
  readonly exception: string;
}

/**
 * Every type of gateway response, its default status as documented, its text and error type as AWS answers them.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayResponseTypes = {
  ACCESS_DENIED: {
    status: 403,
    message: 'User is not authorized to access this resource',
    exception: 'AccessDeniedException',
  },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error', exception: 'ApiConfigurationException' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: null, exception: 'AuthorizerConfigurationException' },
  AUTHORIZER_FAILURE: { status: 500, message: null, exception: 'AuthorizerFailureException' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body', exception: 'BadRequestException' },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    message: 'Missing required request parameters',
    exception: 'BadRequestException',
  },
  DEFAULT_4XX: { status: 400, message: 'Bad Request', exception: 'BadRequestException' },
  DEFAULT_5XX: { status: 500, message: 'Internal server error', exception: 'InternalServerErrorException' },
  EXPIRED_TOKEN: {
    status: 403,
    message: 'The security token included in the request is expired',
    exception: 'ExpiredTokenException',
  },
  INTEGRATION_FAILURE: { status: 504, message: 'Internal server error', exception: 'IntegrationFailureException' },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: 'Endpoint request timed out',
    exception: 'InternalServerErrorException',
  },
  INVALID_API_KEY: { status: 403, message: 'Forbidden', exception: 'ForbiddenException' },
  INVALID_SIGNATURE: {
    status: 403,
    message: 'The request signature we calculated does not match the signature you provided.',
    exception: 'InvalidSignatureException',
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: 'Missing Authentication Token',
    exception: 'MissingAuthenticationTokenException',
  },
  QUOTA_EXCEEDED: { status: 429, message: 'Limit Exceeded', exception: 'LimitExceededException' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long', exception: 'RequestTooLargeException' },
  RESOURCE_NOT_FOUND: { status: 404, message: 'Not Found', exception: 'ResourceNotFoundException' },
  THROTTLED: { status: 429, message: 'Too Many Requests', exception: 'TooManyRequestsException' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized', exception: 'UnauthorizedException' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'Unsupported Media Type', exception: 'BadRequestException' },
  WAF_FILTERED: { status: 403, message: 'Forbidden', exception: 'ForbiddenException' },
} as const satisfies Record<string, BuiltInResponse>;

export type GatewayResponseType = keyof typeof gatewayResponseTypes;
