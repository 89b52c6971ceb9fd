import type { ApiKey } from '../store/api-key.ts';
import { controlError } from './control-error.ts';
import type { ControlState } from './operation.ts';

/**
 * The key with this id.
 * @throws AwsError NotFoundException
 */
export function knownKey({ keys }: ControlState, id: string | undefined): ApiKey {
  const key = id === undefined ? undefined : keys.get(id);
  if (key === undefined) throw controlError.notFound('Invalid API Key identifier specified');
  return key;
}
