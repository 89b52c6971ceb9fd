import * as z from 'zod';
import { type Datatype, datatypes } from '../tensor/datatype.ts';

const dimension = z.int().refine((size) => size >= 1 || size === -1, {
  error: 'dimension must be integer >= 1, or -1 to indicate a variable-size dimension',
});

const dataType = z.string({ error: "must specify 'data_type'" }).transform((name, context): Datatype => {
  const datatype = name === 'TYPE_STRING' ? 'BYTES' : name.replace('TYPE_', '');
  if (Object.hasOwn(datatypes, datatype)) return datatype as Datatype;
  context.addIssue({ code: 'custom', message: `unsupported datatype ${name}` });
  return z.NEVER;
});

const no = (reason: string) => z.literal(false, { error: reason }).optional();

const tensor = z.object({
  name: z.string({ error: "must specify 'name'" }).min(1, { error: "must specify 'name'" }),
  data_type: dataType,
  dims: z.array(dimension, { error: "must specify 'dims'" }).min(1, { error: "must specify 'dims'" }),
  reshape: z.object({ shape: z.array(dimension).default([]) }).optional(),
  label_filename: z.string().optional(),
  is_shape_tensor: no('shape tensors are supported for TensorRT models only'),
  is_non_linear_format_io: no('non-linear formats are supported for TensorRT models only'),
  allow_ragged_batch: no('ragged batches are not served here'),
  optional: no('optional inputs are not served here'),
});

/** Files of a model are named, not reached: nothing outside the model's folder. */
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]+$/, { error: 'must be the name of a file' });

const tensors = (field: string) =>
  z
    .array(tensor, { error: `must specify '${field}'; configurations are not completed here` })
    .min(1)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, { error: 'has a name twice' });

/** What a ModelConfig must be like beyond its types. Fields without local effect are left away. */
export const configSchema = z.object({
  name: z.string().default(''),
  platform: z.enum(['', 'onnxruntime_onnx'], { error: 'only onnxruntime_onnx is served here' }).default(''),
  backend: z.enum(['', 'onnxruntime'], { error: 'only onnxruntime is served here' }).default(''),
  max_batch_size: z.int().min(0, { error: "'max_batch_size' must be non-negative value" }).default(0),
  input: tensors('input'),
  output: tensors('output'),
  version_policy: z
    .object({
      latest: z.object({ num_versions: z.int().default(1) }).optional(),
      all: z.object({}).optional(),
      specific: z.object({ versions: z.array(z.int()).default([]) }).optional(),
    })
    .default({}),
  instance_group: z
    .array(
      z.object({
        kind: z.enum(['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL']).default('KIND_AUTO'),
        count: z.int().default(1),
        passive: no('passive instances are not served here'),
      }),
    )
    .default([]),
  dynamic_batching: z
    .object({
      preferred_batch_size: z
        .array(z.int().min(1, { error: 'dynamic batching preferred size must be positive' }))
        .default([]),
      max_queue_delay_microseconds: z.int().default(0),
      priority_levels: z.literal(0, { error: 'all requests have the same priority here' }).optional(),
      default_queue_policy: z
        .object({
          timeout_action: z.enum(['REJECT', 'DELAY']).default('REJECT'),
          default_timeout_microseconds: z.int().default(0),
          allow_timeout_override: z.boolean().default(false),
          max_queue_size: z.int().default(0),
        })
        .prefault({}),
    })
    .optional(),
  optimization: z.object({ graph: z.object({ level: z.int().default(0) }).optional() }).default({}),
  default_model_filename: fileName.default('model.onnx'),
  parameters: z
    .array(
      z.object({ key: z.string().default(''), value: z.object({ string_value: z.string().default('') }).prefault({}) }),
    )
    .default([]),
  model_transaction_policy: z
    .object({ decoupled: no("HTTP end point doesn't support models with decoupled transaction policy") })
    .optional(),
});
