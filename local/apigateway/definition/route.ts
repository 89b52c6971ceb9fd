import type { Throttle } from '../usage/throttle.ts';
import type { MappedValue } from '../variables/mapped-value.ts';
import type { DeclaredAuthorizer } from './declared-authorizer.ts';
import type { RequestParameter } from './request-parameter.ts';

/** A method of a stage, its ids followed. */
export interface Route {
  readonly resourceId: string;
  readonly resourcePath: string;
  /** As declared: `ANY` or an HTTP method. */
  readonly httpMethod: string;
  readonly operationName: string | undefined;
  readonly authorization: 'NONE' | 'AWS_IAM' | DeclaredAuthorizer;
  readonly apiKeyRequired: boolean;
  /** Checked before the function is asked; empty without a validator. */
  readonly requiredParameters: readonly RequestParameter[];
  readonly functionArn: string;
  /** What Lambda gets as X-Amz-Tenant-Id. */
  readonly tenantId: MappedValue | undefined;
  readonly timeoutMs: number;
  /** The stage's limit for this method, every caller together; undefined when the stage sets none. */
  readonly throttle: Throttle | undefined;
}
