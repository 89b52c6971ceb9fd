const firstSeconds = 60;
const mostSeconds = 3600;

/**
 * Seconds to wait after a failed delivery: a minute, then twice as long each time, up to an hour.
 *
 * @param failed how many deliveries failed before this one
 * @param askedSeconds what the destination asked for; never less than that, up to a day
 */
export const retryDelaySeconds = (failed: number, askedSeconds = 0): number =>
  Math.max(Math.min(firstSeconds * 2 ** Math.min(failed, 10), mostSeconds), Math.min(askedSeconds, 86_400));
