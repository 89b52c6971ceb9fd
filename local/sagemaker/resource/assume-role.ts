import type { Principal } from '../../iam/principal.ts';

/**
 * A session of an execution role, which may do what the role may do at each moment.
 * @param sourceArn for what SageMaker asks: the condition key `aws:SourceArn`
 * @throws Error when there is no such role, or its trust policy does not let SageMaker in
 */
export type AssumeRole = (roleArn: string, sourceArn: string) => Principal;
