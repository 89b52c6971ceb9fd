import type { Principal } from '../../iam/principal.ts';
import { uniqueId } from '../../iam/unique-id.ts';

/** The attribute SenderId: of a role its id and the session, of a user the id. */
export function senderId({ arn, roleArn, service }: Principal): string {
  if (roleArn !== undefined) return `${uniqueId('AROA', roleArn)}:${arn.slice(arn.lastIndexOf('/') + 1)}`;
  return service ?? uniqueId('AIDA', arn);
}
