import { controlError } from './control-error.ts';

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetApiKeys.html */
const sizeDefault = 25;
const sizeMax = 500;

/**
 * One page of a list that is in the order of ids, as `limit` and `position` ask for it.
 * @throws AwsError BadRequestException for a limit that is none
 */
export function page<Item extends { readonly id: string }>(
  items: readonly Item[],
  query: URLSearchParams,
): { readonly items: readonly Item[]; readonly position: string | undefined } {
  const size = Number(query.get('limit') ?? sizeDefault);
  if (!Number.isInteger(size) || size < 1 || size > sizeMax) {
    throw controlError.badRequest(`limit must be between 1 and ${sizeMax}, not ${query.get('limit')}`);
  }
  const position = query.get('position');
  const after = position === null ? '' : Buffer.from(position, 'base64url').toString('utf8');
  const rest = items.filter(({ id }) => id > after);
  const taken = rest.slice(0, size);
  const last = taken.at(-1);
  return {
    items: taken,
    position: last !== undefined && rest.length > size ? Buffer.from(last.id).toString('base64url') : undefined,
  };
}
