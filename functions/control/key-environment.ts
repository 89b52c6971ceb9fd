import type { KeyEnvironment } from '../../core/tenancy/api-key-from.ts';

/** Reads which environment new keys name. Throws for anything but `live` and `test`. */
export function keyEnvironment(text: string): KeyEnvironment {
  if (text !== 'live' && text !== 'test') throw new Error(`KEY_ENVIRONMENT is ${text}; it must be live or test`);
  return text;
}
