import type { Catalog } from '../../catalog/catalog.ts';
import type { ModelVersion } from '../../catalog/model-version.ts';
import { repositoryVersion } from '../../catalog/triton/repository-version.ts';
import { rollingOut } from '../../inference/rolling-out.ts';
import { quoted } from '../../tensor/quoted.ts';

/**
 * The registered version whose weights answered. That is the one asked for, but while the endpoint is behind the catalogue or ahead of it.
 *
 * @param number of the repository folder that the weights lie in, as the answer has it
 * @throws {UnavailableError} no READY version has these weights: the endpoint serves what is not registered yet
 */
export async function answeringVersion(
  catalog: Pick<Catalog, 'versions'>,
  asked: ModelVersion,
  number: string,
): Promise<ModelVersion> {
  if (numberOf(asked) === number) return asked;
  const registered = await catalog.versions(asked.model);
  const found = registered.find((each) => each.state === 'READY' && numberOf(each) === number);
  if (found !== undefined) return found;
  throw rollingOut(asked, `the endpoint of ${asked.model} answers with weights ${quoted(number)}, of no READY version`);
}

function numberOf({ manifest, files }: ModelVersion): string | undefined {
  const artifact = files[manifest.artifact];
  return artifact === undefined ? undefined : repositoryVersion(artifact.sha256);
}
