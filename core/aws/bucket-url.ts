import { isIP } from 'node:net';
import { serviceUrl } from './service-url.ts';

/**
 * The address of a bucket, which a key is appended to, as AWS's SDKs form it: the bucket's own host in its region or below the endpoint
 * that was configured; a path where that endpoint is an IP address, which has nothing below it.
 *
 * @param endpoint URL that stands for all of S3, without a path of its own
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketUrl(bucket: string, region: string, endpoint?: string): URL {
  const url = serviceUrl('s3', region, endpoint);
  // A version 6 address stands in brackets.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return new URL(`/${bucket}/`, url);
  url.hostname = `${bucket}.${url.hostname}`;
  return url;
}
