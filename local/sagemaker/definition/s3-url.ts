import type { S3Place } from '../../s3/objects-of.ts';

/** `s3://bucket/key` */
export const s3Url = ({ bucket, key }: S3Place): string => `s3://${bucket}/${key}`;
