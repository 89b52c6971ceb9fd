/**
 * Number of the version folder in a Triton model repository, made from the artifact's digest. Triton returns it as `model_version` with
 * every answer, so the answer itself says which weights it comes from, whatever is being rolled out at that moment.
 *
 * @param sha256 of the artifact, lower-case hex
 * @returns a decimal integer from 1 up to 2^48
 */
export const repositoryVersion = (sha256: string): string => String(Number.parseInt(sha256.slice(0, 12), 16) || 1);
