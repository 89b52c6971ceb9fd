/**
 * Instances with one NVIDIA A10G (g5) or L4 (g6) of 24 GB, by growing CPU and memory, and the smallest with four of them.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/instance-types-az.html
 */
export const gpuInstanceTypes = [
  'ml.g5.xlarge',
  'ml.g5.2xlarge',
  'ml.g5.4xlarge',
  'ml.g5.12xlarge',
  'ml.g6.xlarge',
  'ml.g6.2xlarge',
  'ml.g6.4xlarge',
  'ml.g6.12xlarge',
] as const;

export type GpuInstanceType = (typeof gpuInstanceTypes)[number];
