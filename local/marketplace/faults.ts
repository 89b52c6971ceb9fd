/** What goes wrong in a service that is well otherwise. For tests of those who call it. */
export interface Faults {
  /** Asked for each record: whether it is left unprocessed this time. */
  unprocessed(): boolean;
  /** Asked for each request: it is throttled, fails before anything is recorded, or is recorded and its answer lost. */
  failure(): 'throttled' | 'failed' | 'answer lost' | undefined;
}

export const noFaults: Faults = { unprocessed: () => false, failure: () => undefined };
