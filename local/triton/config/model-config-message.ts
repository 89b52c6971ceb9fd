/**
 * The message `inference.ModelConfig` of Triton's model_config.proto, all of its fields: what is not listed here Triton does not know
 * either. Those that would change the answers and are not served are refused by name; no-local-effect.ts lists those that are read and
 * then make no difference here.
 *
 * @see https://github.com/triton-inference-server/common/blob/main/protobuf/model_config.proto
 */
import type { EnumType, Field, MessageType } from './message-type.ts';

const message = (name: string, fields: Readonly<Record<string, Field>>): MessageType => ({
  message: `inference.${name}`,
  fields,
});
const string = { type: 'string' } as const;
const bool = { type: 'bool' } as const;
const map = (name: string, key: Field['type'], value: Field['type']): Field => ({
  type: message(name, { key: { type: key }, value: { type: value } }),
  repeated: true,
});
const refused = (reason: string): Field => ({ type: message('refused', {}), refused: reason });

const dataType: EnumType = {
  enum: 'inference.DataType',
  values: ['INVALID', 'BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64']
    .concat('FP16', 'FP32', 'FP64', 'STRING', 'BF16')
    .map((name) => `TYPE_${name}`),
};

const dims = { type: 'int64', repeated: true } as const;
const tensor = {
  name: string,
  data_type: { type: dataType },
  dims,
  reshape: { type: message('ModelTensorReshape', { shape: dims }) },
  is_shape_tensor: bool,
  is_non_linear_format_io: bool,
} as const;

const input = message('ModelInput', {
  ...tensor,
  format: {
    type: { enum: 'inference.ModelInput.Format', values: ['FORMAT_NONE', 'FORMAT_NHWC', 'FORMAT_NCHW'] },
  },
  allow_ragged_batch: bool,
  optional: bool,
});

const rateLimiter = message('ModelRateLimiter', {
  resources: {
    type: message('ModelRateLimiter.Resource', { name: string, global: bool, count: { type: 'uint32' } }),
    repeated: true,
  },
  priority: { type: 'uint32' },
});

const instanceGroup = message('ModelInstanceGroup', {
  name: string,
  kind: {
    type: {
      enum: 'inference.ModelInstanceGroup.Kind',
      values: ['KIND_AUTO', 'KIND_GPU', 'KIND_CPU', 'KIND_MODEL'],
    },
  },
  count: { type: 'int32' },
  rate_limiter: { type: rateLimiter },
  gpus: { type: 'int32', repeated: true },
  secondary_devices: refused('it is for TensorRT'),
  profile: refused('it is for TensorRT'),
  passive: bool,
  host_policy: string,
});

const versionPolicy = message('ModelVersionPolicy', {
  latest: {
    type: message('ModelVersionPolicy.Latest', { num_versions: { type: 'uint32' } }),
    oneof: 'policy_choice',
  },
  all: { type: message('ModelVersionPolicy.All', {}), oneof: 'policy_choice' },
  specific: {
    type: message('ModelVersionPolicy.Specific', { versions: { type: 'int64', repeated: true } }),
    oneof: 'policy_choice',
  },
});

const accelerator: Field = {
  type: message('ModelOptimizationPolicy.ExecutionAccelerators.Accelerator', {
    name: string,
    parameters: map('ModelOptimizationPolicy.ExecutionAccelerators.Accelerator.ParametersEntry', 'string', 'string'),
  }),
  repeated: true,
};
const pinnedMemory = { type: message('ModelOptimizationPolicy.PinnedMemoryBuffer', { enable: bool }) };

const optimization = message('ModelOptimizationPolicy', {
  graph: { type: message('ModelOptimizationPolicy.Graph', { level: { type: 'int32' } }) },
  priority: {
    type: {
      enum: 'inference.ModelOptimizationPolicy.ModelPriority',
      values: ['PRIORITY_DEFAULT', 'PRIORITY_MAX', 'PRIORITY_MIN'],
    },
  },
  cuda: {
    type: message('ModelOptimizationPolicy.Cuda', {
      graphs: bool,
      busy_wait_events: bool,
      graph_spec: refused('it is for TensorRT'),
      output_copy_stream: bool,
    }),
  },
  execution_accelerators: {
    type: message('ModelOptimizationPolicy.ExecutionAccelerators', {
      gpu_execution_accelerator: accelerator,
      cpu_execution_accelerator: accelerator,
    }),
  },
  input_pinned_memory: pinnedMemory,
  output_pinned_memory: pinnedMemory,
  gather_kernel_buffer_threshold: { type: 'uint32' },
  eager_batching: bool,
});

const dynamicBatching = message('ModelDynamicBatching', {
  preferred_batch_size: { type: 'int32', repeated: true },
  max_queue_delay_microseconds: { type: 'uint64' },
  preserve_ordering: bool,
  priority_levels: { type: 'uint64' },
  default_priority_level: { type: 'uint64' },
  default_queue_policy: {
    type: message('ModelQueuePolicy', {
      timeout_action: { type: { enum: 'inference.ModelQueuePolicy.TimeoutAction', values: ['REJECT', 'DELAY'] } },
      default_timeout_microseconds: { type: 'uint64' },
      allow_timeout_override: bool,
      max_queue_size: { type: 'uint32' },
    }),
  },
  priority_queue_policy: refused('all requests have the same priority'),
});

const warmup = message('ModelWarmup', {
  name: string,
  batch_size: { type: 'uint32' },
  inputs: map(
    'ModelWarmup.InputsEntry',
    'string',
    message('ModelWarmup.Input', {
      data_type: { type: dataType },
      dims,
      zero_data: { ...bool, oneof: 'input_data_type' },
      random_data: { ...bool, oneof: 'input_data_type' },
      input_data_file: { ...string, oneof: 'input_data_type' },
    }),
  ),
  count: { type: 'uint32' },
});

const scheduling = 'a model is served by itself, one request at a time or batched dynamically';

export const modelConfigMessage = message('ModelConfig', {
  name: string,
  platform: string,
  backend: string,
  runtime: refused('the runtime is the one of this server'),
  version_policy: { type: versionPolicy },
  max_batch_size: { type: 'int32' },
  input: { type: input, repeated: true },
  output: { type: message('ModelOutput', { ...tensor, label_filename: string }), repeated: true },
  batch_input: refused('inputs come from requests only'),
  batch_output: refused('outputs are divided by rows only'),
  optimization: { type: optimization },
  dynamic_batching: { type: dynamicBatching, oneof: 'scheduling_choice' },
  sequence_batching: refused(scheduling),
  ensemble_scheduling: refused(scheduling),
  instance_group: { type: instanceGroup, repeated: true },
  default_model_filename: string,
  cc_model_filenames: map('ModelConfig.CcModelFilenamesEntry', 'string', 'string'),
  metric_tags: map('ModelConfig.MetricTagsEntry', 'string', 'string'),
  parameters: map('ModelConfig.ParametersEntry', 'string', message('ModelParameter', { string_value: string })),
  model_warmup: { type: warmup, repeated: true },
  model_operations: refused('libraries are not loaded'),
  model_transaction_policy: { type: message('ModelTransactionPolicy', { decoupled: bool }) },
  model_repository_agents: refused('there are none'),
  response_cache: { type: message('ModelResponseCache', { enable: bool }) },
  model_metrics: {
    type: message('ModelMetrics', {
      metric_control: {
        type: message('ModelMetrics.MetricControl', {
          metric_identifier: { type: message('ModelMetrics.MetricControl.MetricIdentifier', { family: string }) },
          histogram_options: {
            type: message('ModelMetrics.MetricControl.HistogramOptions', {
              buckets: { type: 'double', repeated: true },
            }),
          },
        }),
        repeated: true,
      },
    }),
  },
});
