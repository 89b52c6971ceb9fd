/** Where the partitions of AWS other than the first keep their names, by how their regions begin. */
const suffixes = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
  ['us-isof-', 'csp.hci.ic.gov'],
  ['eu-isoe-', 'cloud.adc-e.uk'],
] as const;

/**
 * The address of a service in a region, as AWS's SDKs form it, without FIPS and dual stack.
 *
 * @param service as host names have it: `s3`, `dynamodb`, `runtime.sagemaker`
 * @param endpoint stands for the service instead, a URL without a path of its own
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function serviceUrl(service: string, region: string, endpoint?: string): URL {
  const suffix = suffixes.find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';
  return new URL(endpoint ?? `https://${service}.${region}.${suffix}`);
}
