/** Settings that a configuration may hold and that change no answer on one machine, with the reason. */
export const noLocalEffect: Readonly<Record<string, string>> = {
  'optimization.priority': 'of TensorRT models only, says Triton',
  'optimization.cuda': 'of TensorRT models only, says Triton',
  'optimization.execution_accelerators':
    'TensorRT and OpenVINO are not part of the local runtime; they are faster, not different',
  'optimization.input_pinned_memory': 'the runtime moves tensors to a GPU by itself',
  'optimization.output_pinned_memory': 'the runtime moves tensors from a GPU by itself',
  'optimization.gather_kernel_buffer_threshold': 'of TensorRT models only, says Triton',
  'optimization.eager_batching': 'of TensorRT models only, says Triton',
  'dynamic_batching.preserve_ordering': 'each request has its own HTTP exchange, so answers have no order',
  'instance_group.name': 'it appears in metrics only, which SageMaker does not reach',
  'instance_group.gpus': 'one machine, one GPU at most',
  'instance_group.rate_limiter': 'Triton limits by resources only with --rate-limit, which the container does not set',
  'instance_group.host_policy': 'Triton has none unless told on its command line',
  'input.format': 'a word to clients; the model gets the tensor as it is',
  cc_model_filenames: 'for the file of one GPU generation; the local one runs the default',
  metric_tags: 'SageMaker does not reach the metrics',
  model_metrics: 'SageMaker does not reach the metrics',
  model_warmup: 'the first answer on a CPU takes no longer than the next',
  response_cache: 'Triton caches only with --cache-config, which the container does not set',
  parameters: 'those of the ONNX Runtime backend but `intra_op_thread_count` tune speed and memory',
};
