import * as z from 'zod';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import type { Layers } from './layers.ts';

const properties = z.strictObject({
  LayerName: z
    .string()
    .regex(/^[A-Za-z0-9-_]{1,140}$/)
    .optional(),
  Content: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
});

/** `AWS::Lambda::LayerVersion`: `Ref` is the ARN of the version, which is always the first. */
export const layerVersionResource = (
  layers: Layers,
  asset: (bucket: string, key: string) => string,
): ResourceType<typeof properties> => ({
  type: 'AWS::Lambda::LayerVersion',
  properties,
  noLocalEffect: {
    Description: 'for people',
    LicenseInfo: 'for people',
    CompatibleRuntimes: 'a filter for listing layers',
    CompatibleArchitectures: 'a filter for listing layers',
  },
  create: async ({ properties: { LayerName, Content }, physicalId, region, account }) => {
    const arn = `arn:aws:lambda:${region}:${account}:layer:${LayerName ?? physicalId}:1`;
    layers.add(arn, asset(Content.S3Bucket, Content.S3Key));
    return { ref: arn, attributes: { LayerVersionArn: arn } };
  },
});
