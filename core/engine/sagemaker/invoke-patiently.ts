import { InvokeError } from './invoke-error.ts';

/** A second try begins only while this share of the time for both is left, so that it may take as long as the first could. */
const shareLeftMin = 0.5;
/** The pause before it, in milliseconds, or as a share of what is left: enough for another instance to be chosen, and never all there is. */
const [pauseMsMax, pauseShareMax] = [400, 0.25];

/**
 * Calls an endpoint, and once more when it turned the first call away unserved (throttled, loading, out of service). An inference has no
 * side effects, so to repeat it is safe; that it failed in the model, or that its answer was lost, is no reason to pay for it twice.
 *
 * @param invoke gets the milliseconds that are left to it
 * @param random a number from 0 up to 1
 * @throws {InvokeError} of the last try
 */
export async function invokePatiently<T>(
  invoke: (deadlineMs: number) => Promise<T>,
  remainingMs: () => number,
  random: () => number,
): Promise<T> {
  const totalMs = remainingMs();
  let leftMs: number;
  try {
    return await invoke(totalMs);
  } catch (error) {
    leftMs = remainingMs();
    if (!(error instanceof InvokeError) || !turnedAway(error) || leftMs < totalMs * shareLeftMin) throw error;
  }
  // At least half of it, so that there is a pause; of the rest a part by chance, so that not all who were turned away come back together.
  const pauseMs = (Math.min(pauseMsMax, leftMs * pauseShareMax) * (1 + random())) / 2;
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  return invoke(remainingMs());
}

const turnedAway = ({ name, status }: InvokeError): boolean =>
  status === 429 || status === 503 || name === 'ThrottlingException';
