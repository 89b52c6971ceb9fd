import { gpuInstanceTypes } from '../../core/catalog/gpu-instance-types.ts';
import type { Manifest } from '../../core/catalog/manifest.ts';
import { gpuPricesUsdPerHour } from '../settings/gpu-prices.ts';
import { breakEvenPerSecond, endpointCostPerMillion, lambdaCostPerMillion } from './cost-per-million.ts';

/** The one whose prices are known for all instances. */
const region = 'us-east-1';
/** Where a function gets one whole processor, and what `predict` has. */
const memoryMiB = 1769;
const hoursPerMonth = 730;
const utilisations = [0.1, 0.3, 0.6, 0.9];

const prices = gpuPricesUsdPerHour[region] as (typeof gpuPricesUsdPerHour)[string];
const usd = (value: number): string =>
  `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: value < 0.1 ? 3 : 2 })}`;
const whole = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** What a million images cost on one instance of each type, by utilisation, as a Markdown table. */
export function endpointTable(imagesPerSecond: number): string {
  return table(
    ['instance', 'an hour', 'a month', ...utilisations.map((share) => `${share * 100} % busy`)],
    gpuInstanceTypes.map((type) => [
      `\`${type}\``,
      usd(prices[type]),
      `$${whole(prices[type] * hoursPerMonth)}`,
      ...utilisations.map((share) => usd(endpointCostPerMillion(prices[type], imagesPerSecond, share))),
    ]),
  );
}

/** From which load on an endpoint is cheaper than Lambda, by model, as a Markdown table. */
export function breakEvenTable(manifests: readonly Manifest[]): string {
  return table(
    ['model', 'one row on a CPU', 'a million on Lambda', 'endpoint on', 'cheaper from', 'which is a month'],
    manifests.flatMap(({ name, latency, target }) => {
      if (latency === undefined) return [];
      const lambda = lambdaCostPerMillion(latency.cpuMs, memoryMiB);
      const type = target.kind === 'sagemaker' ? target.instanceType : 'ml.g6.xlarge';
      const perSecond = breakEvenPerSecond(prices[type], lambda);
      return [
        [
          `\`${name}\``,
          `${latency.cpuMs} ms`,
          usd(lambda),
          `\`${type}\``,
          `${whole(perSecond)} a second`,
          `${whole((perSecond * hoursPerMonth * 3600) / 1e6)} million`,
        ],
      ];
    }),
  );
}
