import { describe, expect, it } from 'vitest';
import { gpuInstanceTypes } from '../../core/catalog/gpu-instance-types.ts';
import { gpuPricesUsdPerHour } from '../../infra/settings/gpu-prices.ts';
import { idleCost } from '../../infra/settings/idle-cost.ts';
import { gpuModels } from './gpu-models.ts';
import { withEndpoint, withGpu } from './gpu-stage.ts';
import { settingsOf } from './synthesize.ts';

const inVirginia = (endpoint: object) =>
  idleCost({ ...withEndpoint(endpoint), region: 'us-east-1' }, gpuModels).join('\n');

describe('the idle cost', () => {
  it('is the minimum of instances by the hour, for a month of 730', () => {
    expect(inVirginia({})).toBe(
      'maas-dev-gpu-resnet50: 2 x ml.g5.xlarge at $1.408/h cost about $2,056 a month when idle',
    );
  });

  it('adds the shadow, whose instances are as many and may be others', () => {
    expect(inVirginia({ shadow: 'moderation' })).toBe(
      'maas-dev-gpu-resnet50: 2 x ml.g5.xlarge and 2 x ml.g6.2xlarge at $1.408 and $1.222/h cost about $3,840 a month when idle',
    );
  });

  it('is nothing for what scales to zero, and less for what does so by night', () => {
    expect(inVirginia({ scaleToZero: true })).toMatch(/costs nothing when idle/);
    expect(inVirginia({ scaleToZero: true, night: { fromHour: 20, toHour: 5 } })).toMatch(
      /\$2,056 a month when idle, less the hours of the night/,
    );
  });

  it('is not claimed to be known for a Region whose price nobody looked up', () => {
    expect(idleCost(withEndpoint({}), gpuModels)).toEqual([
      'maas-dev-gpu-resnet50: 2 x ml.g5.xlarge cost by the hour when idle, too; the price in eu-central-1 is not known here, ' +
        'in us-east-1 it would be about $2,056 a month at $1.408/h',
    ]);
  });

  it('has a line for the shared endpoint, and none for a stage without', () => {
    const shared = withGpu({ models: {}, multiModel: { instanceType: 'ml.g6.xlarge', instances: { min: 1, max: 2 } } });
    expect(idleCost({ ...shared, region: 'us-east-1' }, gpuModels)).toEqual([
      'maas-dev-gpu-multi-model: 1 x ml.g6.xlarge at $1.127/h cost about $823 a month when idle',
    ]);
    expect(idleCost(settingsOf('dev'), gpuModels)).toEqual([]);
  });

  it('has a price for every instance that a manifest may ask for', () => {
    for (const prices of Object.values(gpuPricesUsdPerHour)) {
      expect(new Set(Object.keys(prices))).toEqual(new Set(gpuInstanceTypes));
    }
  });
});
