import { repositoryVersion } from './repository-version.ts';

/** Folder of the artifacts bucket that the multi-model endpoint loads archives from; ends in a slash. */
export const multiModelPrefix = 'multi-model/';

/** `TargetModel` of a version's archive: its key below `multiModelPrefix`. */
export const targetModel = (model: string, artifactSha256: string): string =>
  `${model}/${repositoryVersion(artifactSha256)}.tar.gz`;
