import type { PolicyDocument, Principal } from './principal.ts';

/** A question to the policy evaluator: may this principal do this to that? */
export interface AccessRequest {
  readonly principal: Principal;
  /** e.g. `dynamodb:PutItem` */
  readonly action: string;
  /** ARN, or `*` for an action that has no resource. */
  readonly resource: string;
  /** Condition keys and their values, e.g. `s3:prefix`. Keys compare without case. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** The resource's own policy: bucket, key or function policy. */
  readonly resourcePolicy?: PolicyDocument;
  /**
   * True where the resource's policy must allow by itself or hand the decision to the account (KMS keys, role trust).
   * Elsewhere an allow of either side is enough within the account.
   */
  readonly resourcePolicyRequired?: boolean;
}
