import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { catalogKey } from './catalog-key.ts';
import type { Manifest } from './manifest.ts';
import type { ModelVersion } from './model-version.ts';

type Item = Record<string, AttributeValue>;

/** Writes a version as an item. The manifest is kept as JSON text: DynamoDB's numbers do not hold every double. */
export const toVersionItem = (version: ModelVersion, fingerprint: string): Item => ({
  ...catalogKey.version(version.model, version.version),
  ...marshall({ ...version, manifest: JSON.stringify(version.manifest), fingerprint }, { removeUndefinedValues: true }),
});

/** Reads what `toVersionItem` wrote. The manifest was checked before it was written. */
export function fromVersionItem(item: Item): ModelVersion {
  const { model, version, state, reason, manifest, files, createdAt } = unmarshall(item) as Omit<
    ModelVersion,
    'manifest'
  > & { readonly manifest: string };
  return {
    model,
    version,
    state,
    ...(reason === undefined ? {} : { reason }),
    manifest: JSON.parse(manifest) as Manifest,
    files,
    createdAt,
  };
}
