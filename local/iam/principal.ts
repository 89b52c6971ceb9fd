/** Who makes a request: an assumed role of the deployed app, the operator of the account, an AWS service, or nobody known. */
export interface Principal {
  /**
   * `arn:aws:sts::<account>:assumed-role/<role>/<session>`, `arn:aws:iam::<account>:user/<name>`, the service's name, or `anonymous`.
   */
  readonly arn: string;
  readonly account: string;
  /** The role behind the session; absent for the operator. */
  readonly roleArn?: string;
  /** The AWS service that calls in its own name, e.g. `apigateway.amazonaws.com`. It has no identity-based policies. */
  readonly service?: string;
  /** ARN of the resource for which a service calls: `aws:SourceArn`, and its account `aws:SourceAccount`. */
  readonly sourceArn?: string;
  /** Identity-based policies, as documents. */
  readonly policies: readonly PolicyDocument[];
}

/** An IAM policy document as templates carry it, its intrinsics resolved. */
export interface PolicyDocument {
  readonly Version?: string | undefined;
  readonly Id?: string | undefined;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export interface PolicyStatement {
  readonly Sid?: string | undefined;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[] | undefined;
  readonly NotAction?: string | readonly string[] | undefined;
  readonly Resource?: string | readonly string[] | undefined;
  readonly NotResource?: string | readonly string[] | undefined;
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValues>>>> | undefined;
}

/** What a condition operator compares a context key with. */
export type ConditionValues = string | boolean | number | readonly (string | boolean | number)[];
