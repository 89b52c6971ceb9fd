import type { PolicyDocument, Principal } from './principal.ts';

/** A question to the policy evaluator: may this principal do this to that? */
export interface AccessRequest {
  readonly principal: Principal;
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** Condition keys and their values, e.g. `aws:SecureTransport`. Keys compare without case. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The resource's own policy: bucket, key or function policy. */
  readonly resourcePolicy?: PolicyDocument;
}
