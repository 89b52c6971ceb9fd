import { UnavailableError } from '../api/maas-error.ts';
import type { ModelVersion } from '../catalog/model-version.ts';

/**
 * 503: what answered is not what was asked, which lasts until the endpoint serves the version that the catalogue calls live.
 *
 * @param why for the log
 */
export const rollingOut = ({ model }: ModelVersion, why: string): UnavailableError =>
  new UnavailableError(
    `another version of model '${model}' is being rolled out and cannot answer this call yet; not billed. Try again`,
    { retryAfterSeconds: 30, cause: new Error(why) },
  );
