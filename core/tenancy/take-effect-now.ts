import { UnavailableError } from '../api/maas-error.ts';

/**
 * Runs the steps at the gateway that make a refusal take effect now, and not when its cached authorizations run out (60 s).
 *
 * @param done what is true already, for the reader of the error, e.g. `key abc is revoked`
 * @throws UnavailableError when a step failed; the caller may repeat the whole operation
 */
export async function takeEffectNow(done: string, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (cause) {
    throw new UnavailableError(
      `${done}, but the gateway could not be told, so requests may still pass for up to 60 s`,
      { cause },
    );
  }
}
