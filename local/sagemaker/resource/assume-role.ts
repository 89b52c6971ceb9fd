import type { Principal } from '../../iam/principal.ts';

/**
 * A session of an execution role, which may do what the role may do at each moment.
 * @throws Error when there is no such role, or its trust policy does not let SageMaker in
 */
export type AssumeRole = (roleArn: string) => Principal;
