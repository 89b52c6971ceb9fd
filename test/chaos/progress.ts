/** Told of each history that was tried: with what it failed by, if it did. */
export type Tried = (failure?: string) => void;

const linesMax = 20;

/**
 * Says how far a run is, and at once when a history fails, since the shortest that does may take long to find.
 *
 * @param what is checked, and in how many histories
 * @param state what else to say each time
 */
export function progress(what: string, runs: number, state: () => string): Tried {
  const step = Math.ceil(runs / linesMax);
  let histories = 0;
  let failures = 0;
  return (failure) => {
    histories += 1;
    if (failure !== undefined) {
      failures += 1;
      console.log(`${what}: history ${histories} fails: ${failure}\n${what}: looking for a shorter one; ${state()}`);
    } else if (failures === 0 && histories % step === 0) {
      console.log(`${what}: ${histories} of ${runs} histories are exact; ${state()}`);
    }
  };
}
