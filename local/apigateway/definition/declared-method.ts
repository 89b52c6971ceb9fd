import type { MappedValue } from '../variables/mapped-value.ts';
import type { RequestParameter } from './request-parameter.ts';

/** `AWS::ApiGateway::Method`, its ids not followed yet. */
export interface DeclaredMethod {
  readonly resourceId: string;
  /** `ANY` or an HTTP method. */
  readonly httpMethod: string;
  readonly operationName: string | undefined;
  readonly authorization: 'NONE' | 'AWS_IAM' | 'CUSTOM';
  readonly authorizerId: string | undefined;
  readonly apiKeyRequired: boolean;
  readonly validatorId: string | undefined;
  readonly requiredParameters: readonly RequestParameter[];
  readonly functionArn: string;
  /** What Lambda gets as X-Amz-Tenant-Id. */
  readonly tenantId: MappedValue | undefined;
  readonly timeoutMs: number;
}
