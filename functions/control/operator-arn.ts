import type { ApiRequest } from '../../core/api/api-request.ts';

/** ARN of the operator who calls. That the route let anybody else in is our fault and no client's. */
export function operatorArn({ caller, route }: ApiRequest): string {
  if (caller.kind !== 'operator') throw new Error(`${route.id} was called by ${caller.kind}`);
  return caller.arn;
}
