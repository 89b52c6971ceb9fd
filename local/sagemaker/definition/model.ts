import type { Principal } from '../../iam/principal.ts';
import type { S3Place } from '../../s3/objects-of.ts';

/** A model: a container image with the S3 object that it serves, and the role that may read it. */
export interface Model {
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** A session of the execution role. */
  readonly role: Principal;
  readonly image: string;
  /** What runs in the image's place: a command and its arguments. */
  readonly program: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** One archive, or with several models the prefix before their names; absent for an image that brings its model along. */
  readonly data: S3Place | undefined;
  /** Whether requests say by `TargetModel` which archive below the prefix they mean. */
  readonly isMultiModel: boolean;
}
