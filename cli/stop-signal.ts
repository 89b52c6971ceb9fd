/** Ctrl-C, SIGTERM or the end of the terminal. */
export interface StopSignal {
  readonly came: boolean;
  /** From now on the first signal calls this; resolves when it is done. */
  stops(stop: () => Promise<void>): Promise<void>;
}

/** npm passes a Ctrl-C on that the terminal has sent to all its programs already; a person who means it presses the keys later. */
const echoMs = 500;

/**
 * Listens for the signals that end a program. As long as there is nothing to be stopped, and while it is stopping, a further signal ends
 * the process at once.
 */
export function stopSignal(): StopSignal {
  let came = false;
  let cameAt = 0;
  let onSignal: (() => void) | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (came && performance.now() - cameAt < echoMs) return;
      if (came || onSignal === undefined) process.exit(1);
      came = true;
      cameAt = performance.now();
      console.log('stopping');
      onSignal();
    });
  }
  return {
    get came() {
      return came;
    },
    stops: (stop) =>
      new Promise((resolve, reject) => {
        onSignal = () => void stop().then(resolve, reject);
      }),
  };
}
