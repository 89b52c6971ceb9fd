import { UnavailableError } from '../api/maas-error.ts';

/**
 * Runs steps of which some are at the gateway, and which may be repeated.
 *
 * @param otherwise how things stand when a step fails, for the reader of the error
 * @throws UnavailableError when a step failed; the caller may repeat the whole operation
 */
export async function finishedAtGateway<Result>(otherwise: string, steps: () => Promise<Result>): Promise<Result> {
  try {
    return await steps();
  } catch (cause) {
    throw new UnavailableError(`${otherwise}, since a step failed; repeat the call to finish it`, { cause });
  }
}
