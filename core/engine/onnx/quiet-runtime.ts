import { env } from 'onnxruntime-node';

/**
 * Keeps ONNX Runtime to its work, before its first session: it prints fatal errors only, as its other messages name nodes, values and
 * host paths, and reports to nobody. Since 1.29 its Linux builds send names and hashes of models, timings and an id of the machine to
 * its maker unless this variable stands in the environment, which is read once, when the first session is made.
 *
 * @see https://github.com/microsoft/onnxruntime/pull/27379
 */
export function quietRuntime(): void {
  env.logLevel = 'fatal';
  // From the main thread this reaches the environment of the C library, where native code looks.
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
