import type * as z from 'zod';

/** A resource of a template with every intrinsic resolved. */
export interface DeclaredResource<Properties> {
  readonly stack: string;
  readonly logicalId: string;
  /** Deterministic name for resources whose template gives none: stack, logical id and a hash, lower case, at most 63 characters. */
  readonly physicalId: string;
  readonly properties: Properties;
  readonly region: string;
  readonly account: string;
}

/** What other resources may refer to once it stands. */
export interface CreatedResource {
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * How one CloudFormation resource type is brought to life. Creation is idempotent: it runs at each start over the data of the last one.
 */
export interface ResourceType<Schema extends z.ZodType = z.ZodType> {
  /** e.g. `AWS::S3::Bucket` */
  readonly type: string;
  /** Strict: a property it does not know is an error that names it. Holds only what is honoured. */
  readonly properties: Schema;
  /**
   * Property path (`LifecycleConfiguration`, `Code.S3Bucket`) -> why it has no local effect. Removed before `properties` sees them.
   * A path goes through every element of a list on its way (`KeySchema.KeyType`).
   */
  readonly noLocalEffect: Readonly<Record<string, string>>;
  create(resource: DeclaredResource<z.infer<Schema>>): Promise<CreatedResource>;
}
