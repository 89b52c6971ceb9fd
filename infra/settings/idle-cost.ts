import type { GpuInstanceType } from '../../core/catalog/gpu-instance-types.ts';
import type { GpuModels } from '../models/gpu-model.ts';
import { gpuPricesUsdPerHour } from './gpu-prices.ts';
import type { StageSettings } from './stage-settings.ts';

/** A year's hours by twelve. */
const hoursPerMonth = 730;
const knownRegion = 'us-east-1';

/** A line for each GPU endpoint of a stage: what it costs a month when nobody uses it. */
export function idleCost({ name, region, gpu }: StageSettings, models: GpuModels): readonly string[] {
  const lines = Object.entries(gpu?.models ?? {}).map(([model, { instances, scaleToZero, night, shadow }]) => {
    const stack = `maas-${name}-gpu-${model}`;
    if (scaleToZero && night === undefined) return `${stack}: costs nothing when idle, since it scales to zero`;
    const types = [model, ...(shadow === undefined ? [] : [shadow])].map((each) => instanceType(each, models));
    const byNight = night === undefined ? '' : ', less the hours of the night';
    return `${stack}: ${cost(types, instances.min, region)}${byNight}`;
  });
  if (gpu?.multiModel !== undefined) {
    const { instanceType: type, instances } = gpu.multiModel;
    lines.push(`maas-${name}-gpu-multi-model: ${cost([type], instances.min, region)}`);
  }
  return lines;
}

function instanceType(name: string, models: GpuModels): GpuInstanceType {
  const model = models.get(name);
  if (model === undefined) throw new Error(`no model ${name}`);
  return model.manifest.target.instanceType;
}

function cost(types: readonly GpuInstanceType[], instances: number, region: string): string {
  const what = types.map((type) => `${instances} x ${type}`).join(' and ');
  const prices = gpuPricesUsdPerHour[region];
  if (prices !== undefined) {
    return `${what} at ${hourly(types, prices)} cost about ${monthly(types, instances, prices)} a month when idle`;
  }
  const elsewhere = gpuPricesUsdPerHour[knownRegion] as Prices;
  return (
    `${what} cost by the hour when idle, too; the price in ${region} is not known here, ` +
    `in ${knownRegion} it would be about ${monthly(types, instances, elsewhere)} a month at ${hourly(types, elsewhere)}`
  );
}

type Prices = Readonly<Record<GpuInstanceType, number>>;

const hourly = (types: readonly GpuInstanceType[], prices: Prices): string =>
  `${types.map((type) => `$${prices[type]}`).join(' and ')}/h`;

function monthly(types: readonly GpuInstanceType[], instances: number, prices: Prices): string {
  const perHour = types.reduce((sum, type) => sum + prices[type], 0);
  return `$${Math.round(perHour * instances * hoursPerMonth).toLocaleString('en-US')}`;
}
