import { lambdaPricesUsd } from './lambda-prices.ts';

const secondsPerHour = 3600;

/**
 * A million calls of one row each to a function, in US dollars. Only the model's own time is counted; reading the request and decoding a
 * picture come on top, on Lambda as on the function in front of an endpoint.
 *
 * @param cpuMs the model's time for a row, in milliseconds
 * @param memoryMiB of the function; 1,769 give it the one processor that `cpuMs` was measured on
 */
export function lambdaCostPerMillion(cpuMs: number, memoryMiB: number): number {
  const gbSeconds = (cpuMs / 1000) * (memoryMiB / 1024);
  return gbSeconds * 1e6 * lambdaPricesUsd.perGbSecond + lambdaPricesUsd.perMillionRequests;
}

/**
 * A million rows on an endpoint, in US dollars: it costs by the hour, so what a row costs depends on how busy it is.
 *
 * @param usdPerHour of its instances together
 * @param rowsPerSecond that they can do
 * @param utilisation share of that which is asked of them over the month, above 0 and up to 1
 */
export const endpointCostPerMillion = (usdPerHour: number, rowsPerSecond: number, utilisation: number): number =>
  (usdPerHour / secondsPerHour / (rowsPerSecond * utilisation)) * 1e6;

/**
 * Rows a second, day and night, from which on an endpoint is cheaper than Lambda. Whether one instance can do so many is for a
 * measurement to say.
 */
export const breakEvenPerSecond = (usdPerHour: number, lambdaUsdPerMillion: number): number =>
  ((usdPerHour / secondsPerHour) * 1e6) / lambdaUsdPerMillion;
