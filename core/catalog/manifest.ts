import * as z from 'zod/mini';
import { datatypes } from '../tensor/datatype.ts';
import { gpuInstanceTypes } from './gpu-instance-types.ts';

const name = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, at most 63'));
const text = z.string().check(z.minLength(1), z.maxLength(2000));
const fileName = z.string().check(z.regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, 'a plain file name'));
const fraction = z.number().check(z.minimum(0), z.maximum(1));
const parameter = z.union([z.string(), z.number(), z.boolean()]);

/** A tensor that the model takes or gives; -1 stands for a dimension of any length. */
const tensorSpec = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  datatype: z.enum(datatypes),
  shape: z.array(z.int().check(z.minimum(-1))).check(z.maxLength(8)),
});

/** How a picture becomes the model's input: decoded, resized, scaled to 0..1, then (x - mean) / std per channel. */
const imagePreprocessing = z.strictObject({
  kind: z.literal('image'),
  width: z.int().check(z.minimum(1), z.maximum(2048)),
  height: z.int().check(z.minimum(1), z.maximum(2048)),
  channels: z.union([z.literal(1), z.literal(3)]),
  layout: z.enum(['NCHW', 'NHWC']),
  /** `fill` stretches; `cover` keeps proportions and crops the centre; `contain` keeps them and pads with black. */
  fit: z.enum(['fill', 'cover', 'contain']),
  /** One value per channel, of pixels scaled to 0..1. */
  mean: z.array(z.number()).check(z.minLength(1), z.maxLength(3)),
  std: z.array(z.number().check(z.positive())).check(z.minLength(1), z.maxLength(3)),
});

/** How text becomes token ids: lower-cased, split by `pattern`, looked up; cut or padded at the end to `length`. */
const textPreprocessing = z.strictObject({
  kind: z.literal('text'),
  /** File with one token a line; the line number (from 0) is the id. */
  vocabulary: fileName,
  /** A JavaScript regular expression (flag `gu` added) whose matches are the tokens. */
  pattern: z.string().check(z.minLength(1), z.maxLength(500)),
  length: z.int().check(z.minimum(1), z.maximum(4096)),
  paddingToken: text,
  unknownToken: text,
});

const quality = z.strictObject({
  /** What was measured on, with its split. */
  dataset: text,
  samples: z.int().check(z.positive()),
  accuracy: z.optional(fraction),
  /** Precision, recall and F1 are means over the classes, each class counting the same. */
  precision: z.optional(fraction),
  recall: z.optional(fraction),
  f1: z.optional(fraction),
  /** The largest absolute error seen: of a regression, or against the implementation that `dataset` names. */
  errorMax: z.optional(z.number().check(z.nonnegative())),
});

/** Runs in the shared function, on its CPU. */
const lambdaTarget = z.strictObject({ kind: z.literal('lambda') });

/** Runs on a GPU behind a SageMaker endpoint, in NVIDIA Triton: an endpoint of its own where the stage gives it one, else the shared one. */
const sagemakerTarget = z.strictObject({
  kind: z.literal('sagemaker'),
  /** Of the endpoint of its own. */
  instanceType: z.enum(gpuInstanceTypes),
  /**
   * Requests that arrive together run together. Every input and output must then have -1 as its first dimension, the rows of the batch.
   * Absent: each request runs alone.
   */
  batching: z.optional(
    z.strictObject({
      /** Most rows that run at once, and so the most that one request may have. */
      rowsMax: z.int().check(z.minimum(1), z.maximum(1024)),
      /** How long the first request may wait for others, in microseconds. */
      delayUs: z.int().check(z.minimum(0), z.maximum(1_000_000)),
    }),
  ),
  /** Copies of the model on each GPU, which run at the same time. */
  instancesPerGpu: z.int().check(z.minimum(1), z.maximum(16)),
});

const elements = z.array(z.union([z.number(), z.boolean(), z.string()]));
const sampleTensor = {
  name: z.string(),
  datatype: z.enum(datatypes),
  shape: z.array(z.int().check(z.nonnegative())),
  parameters: z.optional(z.record(z.string(), parameter)),
};
const sampleOutput = z.strictObject({ ...sampleTensor, data: elements });
const sampleInput = z
  .strictObject({
    ...sampleTensor,
    data: z.optional(elements),
    /**
     * Instead of `data`, where writing it down would be too long (a picture of 224x224 has 150,528 numbers): numbers from 0 to 1 by the
     * formula of {@link ../tensor/uniform.ts uniform}, which is integer arithmetic and the same in every language.
     */
    uniform: z.optional(z.strictObject({ seed: z.int().check(z.minimum(0), z.maximum(0xffffffff)) })),
  })
  .check(
    z.refine(({ data, uniform }) => (data === undefined) !== (uniform === undefined), 'needs either data or uniform'),
    z.refine(({ datatype, uniform }) => uniform === undefined || datatype === 'FP32', 'uniform makes FP32 only'),
  );

/** `models/<name>/model.json`: what a model is, what it takes and gives, and how good it is. */
export const manifestSchema = z.strictObject({
  $schema: z.optional(z.string()),
  name,
  task: z.enum(['tensor', 'image-classification', 'text-classification']),
  description: text,
  /** SPDX expression for the weights. */
  license: text,
  /** Where the weights come from: data and its licence, and the script that made them. */
  source: text,
  /** The ONNX file, beside the manifest. */
  artifact: fileName,
  target: z.discriminatedUnion('kind', [lambdaTarget, sagemakerTarget]),
  /** What one row takes on a CPU, which decides from how many requests on a GPU is the cheaper one. */
  latency: z.optional(
    z.strictObject({
      /** Median of `session.run` for one row on one thread, in milliseconds. */
      cpuMs: z.number().check(z.positive()),
      measuredOn: text,
    }),
  ),
  inputs: z.array(tensorSpec).check(z.minLength(1), z.maxLength(32)),
  outputs: z.array(tensorSpec).check(z.minLength(1), z.maxLength(32)),
  /** Needed by the tasks that take raw content. */
  preprocessing: z.optional(z.discriminatedUnion('kind', [imagePreprocessing, textPreprocessing])),
  /** Class names by index; the classifying tasks need them. */
  labels: z.optional(z.array(text).check(z.minLength(1), z.maxLength(10_000))),
  /** What the first output holds: raw scores (softmax still to come) or probabilities. */
  scores: z.optional(z.enum(['logits', 'probabilities'])),
  price: z.strictObject({ unit: z.enum(['requests', 'items', 'images', 'tokens']) }),
  /** Run when a version is registered: the answer must agree within `tolerance` (absolute), or the version fails. */
  sample: z.strictObject({
    inputs: z.array(sampleInput).check(z.minLength(1)),
    outputs: z.array(sampleOutput).check(z.minLength(1)),
    tolerance: z.number().check(z.nonnegative()),
  }),
  quality,
});

export type Manifest = z.infer<typeof manifestSchema>;
export type TensorSpec = z.infer<typeof tensorSpec>;
export type SageMakerTarget = z.infer<typeof sagemakerTarget>;
export type ImagePreprocessing = z.infer<typeof imagePreprocessing>;
export type TextPreprocessing = z.infer<typeof textPreprocessing>;
