import type { GpuInstanceType } from '../../core/catalog/gpu-instance-types.ts';

/**
 * What an instance of a real-time endpoint costs an hour, in US dollars, on demand, by Region.
 *
 * us-east-1: usage types `USE1-Host:*` of AWS's price list (https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSageMaker/),
 * as public code that reads it had them in July 2026. AWS changes prices: compare with https://aws.amazon.com/sagemaker/ai/pricing/ before
 * you rely on them. A Region that is not here has no price that we could vouch for.
 */
export const gpuPricesUsdPerHour: Readonly<Record<string, Readonly<Record<GpuInstanceType, number>>>> = {
  'us-east-1': {
    'ml.g5.xlarge': 1.408,
    'ml.g5.2xlarge': 1.515,
    'ml.g5.4xlarge': 2.03,
    'ml.g5.12xlarge': 7.09,
    'ml.g6.xlarge': 1.127,
    'ml.g6.2xlarge': 1.222,
    'ml.g6.4xlarge': 1.654,
    'ml.g6.12xlarge': 5.752,
  },
};
