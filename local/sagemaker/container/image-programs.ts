import { fileURLToPath } from 'node:url';

/** Name of an image's repository -> the command that stands for `<image> serve`. */
export type ImagePrograms = Readonly<Record<string, readonly string[]>>;

/** AWS's Triton image is stood for by a server of the local cloud that keeps its contract. */
export const imagePrograms: ImagePrograms = {
  'sagemaker-tritonserver': [
    process.execPath,
    fileURLToPath(new URL('../../triton/main.ts', import.meta.url)),
    'serve',
  ],
};

/** An image of a registry of ECR, by tag or digest. */
const imageUri =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/(?<repository>[a-z0-9._/-]+)(?::[\w.-]+|@sha256:[0-9a-f]{64})?$/;

/**
 * The program that runs in an image's place.
 * @throws Error that names the image and those that there are
 */
export function programOf(image: string, programs: ImagePrograms): readonly string[] {
  const { repository = '' } = imageUri.exec(image)?.groups ?? {};
  const program = Object.hasOwn(programs, repository) ? programs[repository] : undefined;
  if (program !== undefined) return program;
  const known = Object.keys(programs).join(', ');
  throw new Error(`nothing here runs in place of the image ${image}; there is something for the repositories ${known}`);
}
