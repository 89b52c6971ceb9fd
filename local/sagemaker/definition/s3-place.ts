import * as z from 'zod';
import type { S3Place } from '../../s3/objects-of.ts';

const forms = [
  /^s3:\/\/(?<bucket>[^/]+)\/?(?<key>.*)$/,
  /^https:\/\/s3[.-][a-z0-9-]+\.amazonaws\.com\/(?<bucket>[^/]+)\/?(?<key>.*)$/,
  /^https:\/\/(?<bucket>[^/]+)\.s3[.-][a-z0-9-]+\.amazonaws\.com\/?(?<key>.*)$/,
];

/** An address in S3, `s3://bucket/key` or `https://`, as bucket and key. The key may be empty. */
export const s3Place = z.string().transform((text, context): S3Place => {
  for (const form of forms) {
    const { bucket, key } = form.exec(text)?.groups ?? {};
    if (bucket !== undefined && key !== undefined) return { bucket, key };
  }
  context.addIssue({ code: 'custom', message: 'not an address in S3, such as s3://bucket/key' });
  return z.NEVER;
});
