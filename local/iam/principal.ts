/** Who signed a request: an assumed role of the deployed app, or the operator of the account. */
export interface Principal {
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>` or `arn:aws:iam::<account>:user/<name>` */
  readonly arn: string;
  readonly account: string;
  /** The role behind the session; absent for the operator. */
  readonly roleArn?: string;
  /** Identity-based policies, as documents. */
  readonly policies: readonly PolicyDocument[];
}

/** An IAM policy document as templates carry it, its intrinsics resolved. */
export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[] | PolicyStatement;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly NotPrincipal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | boolean | number | readonly (string | boolean | number)[]>>>
  >;
}
