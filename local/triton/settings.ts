import { totalmem } from 'node:os';
import * as z from 'zod';

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.int().max(65_535));

const schema = z.object({
  SAGEMAKER_BIND_TO_PORT: port.prefault('8080'),
  SAGEMAKER_MULTI_MODEL: z.string().optional(),
  SAGEMAKER_TRITON_DEFAULT_MODEL_NAME: z.string().optional(),
  SAGEMAKER_TRITON_INFERENCE_TYPE: z.literal('infer', { error: 'only infer is served here' }).optional(),
  MODEL_DIRECTORY: z.string().min(1).default('/opt/ml/model'),
  MODEL_ARTIFACT_BYTES_MAX: z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number)
    .optional(),
});

/** What the environment tells a container. */
export interface Settings {
  /** 0 for any free one. */
  readonly port: number;
  readonly multiModel: boolean;
  readonly defaultModelName: string | undefined;
  readonly modelDirectory: string;
  /** For the artifacts of all models in all of their threads together. */
  readonly artifactBytesMax: number;
}

/** Reads the environment. @throws Error naming the variable */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`environment variable ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { data } = parsed;
  return {
    port: data.SAGEMAKER_BIND_TO_PORT,
    multiModel: data.SAGEMAKER_MULTI_MODEL?.toLowerCase() === 'true',
    defaultModelName: data.SAGEMAKER_TRITON_DEFAULT_MODEL_NAME,
    modelDirectory: data.MODEL_DIRECTORY,
    // A session takes three to four times its artifact; half of the memory is for everything else.
    artifactBytesMax: data.MODEL_ARTIFACT_BYTES_MAX ?? Math.floor(totalmem() / 8),
  };
}
